"""The page of an egress watch: one HTML file that opens from disk, asks no network for anything, and has no script.

Path("egress.html").write_text(render_egress(watch), encoding="utf-8")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.egress import EgressWeight
from stillwatch.evidence.size_in_words import size_in_words
from stillwatch.faces.report.egress_chart import draw_egress_days, draw_egress_sum
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy
from stillwatch.faces.report.wording import small

if TYPE_CHECKING:
    from stillwatch.core.egress import EgressWatch

_MOST_SHOWN: Final = 200


def render_egress(watch: EgressWatch) -> str:
    """Write the page. The same watch gives the same page, byte for byte."""
    style = asset("style.css") + asset("screen.css")
    environment = page_environment()
    environment.filters["size"] = size_in_words
    over = [one for one in watch.findings if one.weight is EgressWeight.OVER]
    look = [one for one in watch.findings if one.weight is EgressWeight.LOOK]
    page: str = environment.get_template("egress.html").render(
        style=style,
        policy=page_policy(style),
        watch=watch,
        title=_title(watch, len(over)),
        over=over[:_MOST_SHOWN],
        look=look[:_MOST_SHOWN],
        left_out=max(0, len(over) - _MOST_SHOWN) + max(0, len(look) - _MOST_SHOWN),
        charts=[(host, draw_egress_days(host), draw_egress_sum(host)) for host in watch.hosts],
    )
    return page


def _title(watch: EgressWatch, over: int) -> str:
    if over:
        hosts = {one.host for one in watch.findings if one.weight is EgressWeight.OVER}
        return f"{small(len(hosts)).capitalize()} {'host' if len(hosts) == 1 else 'hosts'} against the declaration"
    return "Nothing found" if watch.faults else "Nothing left against the declaration"
