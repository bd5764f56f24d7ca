"""What the pages have in common: how templates print what strangers wrote, and what a browser may run.

page_environment().get_template("screen.html").render(...)
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stillwatch.faces.report import wording
from stillwatch.faces.report.island import to_island
from stillwatch.faces.report.visible_text import clipped, visible

if TYPE_CHECKING:
    from datetime import datetime


def page_environment() -> Environment:
    """Templates of this package; texts are made visible and escaped, and an unknown name is an error."""
    environment = Environment(
        loader=PackageLoader("stillwatch.faces.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        name: getattr(wording, name)
        for name in (
            "number",
            "large",
            "small",
            "plural",
            "chance_in_words",
            "odds_in_words",
            "confidence",
            "confidence_in_words",
            "percent",
            "words",
            "listed",
            "sentence",
            "moment_in_words",
            "period_in_words",
        )
    }
    environment.filters |= {"island": to_island, "clipped": clipped, "iso": _iso}
    return environment


def _shown(value: Any) -> Any:
    """Make every text that a template prints visible; markup made here is let through."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def asset(name: str) -> Markup:
    """A file of ours, to stand in the page as it is."""
    text = files("stillwatch.faces.report").joinpath(name).read_text("utf-8").replace("\r\n", "\n")
    return Markup(text)  # noqa: S704  # our own file


def page_policy(style: str, script: str = "") -> str:
    """The content security policy of a page with this style and script: nothing else runs or is fetched."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; "
        f"script-src '{_digest(script) if script else 'none'}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
