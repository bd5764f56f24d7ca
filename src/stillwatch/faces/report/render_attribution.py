"""The page of an attribution: one HTML file that opens from disk, asks no network for anything, and has no script.

    Path("attribution.html").write_text(render_attribution(result), encoding="utf-8")

`result` is what `service.attribution.run_plan` gives, as it stands in RESULT.json.
"""

from __future__ import annotations

import math
from typing import Any, Final

from stillwatch.attribution.p_text import p_text
from stillwatch.core.errors import InputError
from stillwatch.core.version import VERSION
from stillwatch.faces.report.attribution_chart import draw_curve, draw_decoys
from stillwatch.faces.report.attribution_words import rule_words
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy

SCHEMA: Final = "stillwatch.attribution/1"
_TITLES: Final = {
    "dependent": "The suspect's text depends on our key",
    "inconclusive": "No dependence shown",
    "refused": "Nothing can be claimed",
}


def render_attribution(result: dict[str, Any]) -> str:
    """Write the page. The same result gives the same page, byte for byte.

    Raises:
        InputError: It is no result of ours.
    """
    if result.get("schema") != SCHEMA:
        raise InputError("this is no result of an attribution", mend="give RESULT.json of stillwatch attribute test")
    style = asset("style.css") + asset("screen.css")
    environment = page_environment()
    environment.filters["p"] = p_text
    log10_alpha = math.log10(float(result["plan"]["alpha"]))
    judged = result["tests"][result["judged"]]
    curve = [(one["tokens"], one["log10_p"]) for one in result["curve"]]
    page: str = environment.get_template("attribution.html").render(
        style=style,
        policy=page_policy(style),
        result=result,
        plan=result["plan"],
        verdict=result["verdict"],
        units=result.get("claim", {}).get("units", "contexts"),
        rules=[(one, rule_words(one)) for one in dict.fromkeys(test["rule"] for test in result["tests"])],
        missed=[one.get("missed_below") for one in result["tests"]],
        layers=[one.get("layer", "").partition(" ")[0] for one in result["tests"]],
        judged=judged,
        title=_TITLES[result["verdict"]["kind"]],
        curve=draw_curve(curve, log10_alpha) if curve else None,
        decoys=draw_decoys(result["decoys"]["log10_p"], judged["log10_p"]),
        version=VERSION,
    )
    return page
