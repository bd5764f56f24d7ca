"""The page of a dossier: one HTML file that opens from disk, asks no network for anything, has no script, and prints.

    Path("dossier.html").write_text(render_dossier(dossier, is_confidential=False), encoding="utf-8")

It is made as the report of a scan is, and what strangers wrote passes the same gates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.faces.report.dossier_view import dossier_view
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy

if TYPE_CHECKING:
    from stillwatch.core.dossier import Dossier


def render_dossier(dossier: Dossier, *, is_confidential: bool) -> str:
    """Write the page of one tier. The same dossier gives the same page, byte for byte."""
    style = asset("style.css") + asset("dossier.css")
    view = dossier_view(dossier, is_confidential=is_confidential)
    page: str = (
        page_environment().get_template("dossier.html").render(style=style, policy=page_policy(style), view=view)
    )
    return page
