"""The report of a scan: one HTML file that opens from disk, asks no network for anything, and reads without script.

    Path("report.html").write_text(render_report(result), encoding="utf-8")

Account ids, prompts and file names in it were written by strangers. They pass three gates: `visible` (nothing hidden or
reordered), the template's automatic escaping, and a content security policy that runs this page's own script alone.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Family
from stillwatch.faces.report import wording
from stillwatch.faces.report.campaign_view import campaign_views
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy
from stillwatch.faces.report.visible_text import visible
from stillwatch.faces.report.what_was_found import what_was_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.campaign import Input, ScanResult

_OPEN_CAMPAIGNS: Final = 5
_FAMILY_MEANS: Final = {
    Family.CONTENT: "prompts, templates, system prompts and conversations that accounts share",
    Family.TIMING: "when accounts are active, pause and change models together",
    Family.SUCCESSION: "accounts that take over from others, or carry on a conversation of another account",
    Family.INFRASTRUCTURE: "addresses, devices, clients and keys that accounts share",
    Family.REGISTRATION: "sign-up details and means of payment that accounts share",
    Family.PARAMETERS: "unusual request settings that accounts share",
}


def render_report(result: ScanResult) -> str:
    """Write the page. The same result gives the same page, byte for byte."""
    style, script = asset("style.css"), asset("page.js")
    views = campaign_views(result)
    found = what_was_found(result)
    return (
        page_environment()
        .get_template("page.html")
        .render(
            style=style,
            script=script,
            policy=page_policy(style, script),
            result=result,
            run=result.run,
            found=found,
            views=views,
            period=_period(result),
            open_campaigns=_OPEN_CAMPAIGNS,
            coverage=[(family, _FAMILY_MEANS[family], result.run.coverage.get(family)) for family in Family],
            rejected=sum(count for _, count, _ in result.rejects),
            command=_command(result.run.inputs),
        )
    )


def _period(result: ScanResult) -> str:
    """When the campaigns were active; a scan without a campaign states no period."""
    if not result.campaigns:
        return ""
    return wording.period_in_words(
        min(campaign.first_seen for campaign in result.campaigns),
        max(campaign.last_seen for campaign in result.campaigns),
    )


def _command(inputs: Sequence[Input]) -> str:
    most = 8
    paths = [shlex.quote(visible(each.path)) for each in inputs[:most]]
    return " ".join(["stillwatch", "scan", *paths, *(["..."] if len(inputs) > most else []), "--out", "again"])
