"""The page of several attributions at once: which suspect to look at first. One HTML file without a script.

Path("triage.html").write_text(render_triage(triage(tested, tried=40), tried=40), encoding="utf-8")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.attribution.p_text import p_text
from stillwatch.attribution.triage import Outcome
from stillwatch.core.errors import InputError
from stillwatch.core.version import VERSION
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy
from stillwatch.faces.report.render_attribution import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.triage import Triaged


def outcome_of(result: dict[str, Any]) -> Outcome:
    """What triage looks at, of what `attribute test` wrote.

    Raises:
        InputError: It is no result of ours.
    """
    if result.get("schema") != SCHEMA:
        raise InputError("this is no result of an attribution", mend="give RESULT.json of stillwatch attribute test")
    judged = result["tests"][result["judged"]]
    kind = result["verdict"]["kind"]
    return Outcome(result["plan"]["suspect"], kind, judged["key"], judged["rule"], float(judged["adjusted_log10_p"]))


def render_triage(found: Sequence[Triaged], *, tried: int) -> str:
    """Write the page. The same results give the same page, byte for byte."""
    style = asset("style.css") + asset("screen.css")
    environment = page_environment()
    environment.filters["p"] = p_text
    page: str = environment.get_template("attribution_triage.html").render(
        style=style, policy=page_policy(style), found=found, tried=tried, version=VERSION
    )
    return page
