"""The result of a scan on a terminal: short, in plain words, and the same in a pipe without its colours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.table import Table
from rich.text import Text

from stillwatch.core.campaign import Family, Verdict, most_telling
from stillwatch.faces.report.visible_text import clipped
from stillwatch.faces.report.what_was_found import what_was_found
from stillwatch.faces.report.wording import confidence, large, listed, number, percent, plural, small, words

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from stillwatch.core.campaign import Campaign, ScanResult

_MOST_CAMPAIGNS: Final = 12
_MOST_WARNINGS: Final = 5
_LITTLE_COVERAGE: Final = 0.5


class _Line(NamedTuple):
    label: str
    style: str
    text: str


def print_summary(result: ScanResult, report_path: Path | str, console: Console) -> None:
    """Print what was found, what was set aside, what the log could not show, and where the report is."""
    run = result.run
    title = f"{what_was_found(result).title}, in {large(run.exchanges)} exchanges of {plural(run.accounts, 'account')}"
    console.print(Text(title, style="bold"), highlight=False)
    _print_lines([*_campaigns(result), *_remarks(result)], console)
    report = Text.assemble(("report    ", "bold"), _one_line(str(report_path), 1000))
    console.print(report, highlight=False, soft_wrap=True)


def _print_lines(lines: list[_Line], console: Console) -> None:
    """Set the lines in two columns on a terminal; leave them whole in a pipe, so that a search finds them."""
    if not console.is_terminal:
        for line in lines:
            console.print(Text(f"{line.label:<9} {line.text}"), highlight=False, soft_wrap=True)
        return
    table = Table.grid(padding=(0, 1))
    table.add_column(width=9, no_wrap=True)
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(Text(line.label, style=line.style), Text(line.text))
    console.print(table, highlight=False)


def _one_line(text: str, limit: int) -> str:
    return " ".join(clipped(text, limit).split())


def _campaigns(result: ScanResult) -> list[_Line]:
    ranked = sorted(result.campaigns, key=lambda campaign: (campaign.q_value, -campaign.exchanges, campaign.id))
    lines = [_campaign(campaign) for campaign in ranked[:_MOST_CAMPAIGNS]]
    if len(ranked) > _MOST_CAMPAIGNS:
        lines.append(_Line("", "", f"and {number(len(ranked) - _MOST_CAMPAIGNS)} more in the report"))
    return lines


def _campaign(campaign: Campaign) -> _Line:
    told = most_telling(campaign.evidence)
    counted = f"{plural(campaign.accounts, 'account')}, {large(campaign.exchanges)} exchanges"
    said = f"{_one_line(campaign.id, 24)}: {counted}, confidence {confidence(campaign.confidence)}"
    reason = f". {_one_line(told.because, 160)}" if told else ""
    style = "bold red" if campaign.verdict == Verdict.CAMPAIGN else "bold yellow"
    took = f" They {_one_line(campaign.sets[0].because, 160)}." if campaign.sets else ""
    left = [one for one in campaign.screened or () if one.state != "no-match"]
    listed_members = (
        f" {plural(len({one.account_id for one in left}), 'member')} may be on a screening list." if left else ""
    )
    return _Line(
        campaign.verdict.value, style, said + reason + ((took or listed_members) and ".") + took + listed_members
    )


def _remarks(result: ScanResult) -> list[_Line]:
    rejected = sum(count for _, count, _ in result.rejects)
    broken = "" if result.run.complete else "the scan is incomplete, so no account is cleared"
    unread = f"{plural(rejected, 'record')} could not be read, see the report" if rejected else ""
    remarks = [
        _Line("not clean", "bold yellow", broken),
        _Line("early", "bold", _early(result)),
        _Line("set aside", "bold", _set_aside(result)),
        _Line("coverage", "bold", _gaps(result)),
        _Line("rejects", "bold", unread),
        *(_Line("warning", "bold yellow", _one_line(each, 300)) for each in result.run.warnings[:_MOST_WARNINGS]),
        _Line("", "", _more_warnings(result)),
    ]
    return [line for line in remarks if line.text]


def _set_aside(result: ScanResult) -> str:
    counts = Counter(group.twin for group in result.set_aside)
    if not counts:
        return ""
    twins = listed([f"{number(count)} {words(_one_line(twin, 40))}" for twin, count in counts.most_common()], most=6)
    return (
        f"{small(len(result.set_aside))} group{'s' * (len(result.set_aside) != 1)} with an honest explanation ({twins})"
    )


def _early(result: ScanResult) -> str:
    counts = Counter(warning.kind for warning in result.early_warnings)
    if not counts:
        return ""
    kinds = listed([f"{number(count)} {words(_one_line(kind, 40))}" for kind, count in counts.most_common()], most=6)
    first = min(result.early_warnings, key=lambda warning: warning.p_value)
    return f"{kinds}, nobody accused. {_one_line(first.because, 160)}"


def _gaps(result: ScanResult) -> str:
    shares = {family: result.run.coverage.get(family, 0.0) for family in Family}
    gaps = [f"{family} in {percent(share)}" for family, share in shares.items() if share < _LITTLE_COVERAGE]
    return f"evidence was visible only for {listed(gaps, most=6)} of exchanges" if gaps else ""


def _more_warnings(result: ScanResult) -> str:
    more = len(result.run.warnings) - _MOST_WARNINGS
    return f"and {number(more)} more warnings in the report" if more > 0 else ""
