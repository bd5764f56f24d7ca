"""The page of an experiment with small students: one HTML file that opens from disk and asks no network for anything.

    Path("results.html").write_text(render_distil(result), encoding="utf-8")

`result` is what `service.range_distil` gives, as it stands in results.json. Experiments that have tests are shown; each
student's own page is that of `render_attribution`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.attribution.p_text import p_text
from stillwatch.core.errors import InputError
from stillwatch.core.version import VERSION
from stillwatch.faces.report.distil_chart import DistilChart, draw_students
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCHEMA: Final = "stillwatch.distil/2"
_LOG10_ALPHA: Final = -2.0


class Picture(NamedTuple):
    title: str
    chart: DistilChart


def render_distil(result: dict[str, Any]) -> str:
    """Write the page. The same result gives the same page, byte for byte.

    Raises:
        InputError: It is no result of ours.
    """
    if result.get("schema") != _SCHEMA:
        raise InputError("this is no result of small students", mend="give results.json of stillwatch range distil")
    style = asset("style.css") + asset("screen.css")
    environment = page_environment()
    environment.filters["p"] = p_text
    rows = [row for found in result["experiments"].values() for row in found.get("tests", ())]
    page: str = environment.get_template("distil.html").render(
        style=style,
        policy=page_policy(style),
        result=result,
        settings=result["settings"],
        rows=rows,
        found=sum(row["adjusted_log10_p"] <= _LOG10_ALPHA for row in rows),
        log10_alpha=_LOG10_ALPHA,
        pictures=_pictures(rows),
        version=VERSION,
    )
    return page


def _pictures(rows: Sequence[dict[str, Any]]) -> list[Picture]:
    """One for each rule and amount of text, of the tests whose p-value was followed as text came in."""
    kinds = dict.fromkeys((row["rule"], row["tokens"]) for row in rows if row["curve"])
    return [
        Picture(
            f"{rule}, {tokens:,} tokens",
            draw_students(
                {
                    row["student"]: [(point["tokens"], point["log10_p"]) for point in row["curve"]]
                    for row in rows
                    if (row["rule"], row["tokens"]) == (rule, tokens) and row["curve"]
                }
            ),
        )
        for rule, tokens in kinds
    ]
