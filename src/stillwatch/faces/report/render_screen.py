"""The page of a screen: one HTML file that opens from disk, asks no network for anything, and has no script.

    Path("screen.html").write_text(render_screen(screened), encoding="utf-8")

It is made as the report of a scan is, and names of accounts and of lists pass the same gates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.screened import ReviewState
from stillwatch.faces.report.page_environment import asset, page_environment, page_policy
from stillwatch.faces.report.wording import plural
from stillwatch.screening.list_age import age_warning

if TYPE_CHECKING:
    from stillwatch.core.list_version import ListVersion
    from stillwatch.core.screened import Candidate, Screened

_MOST_CANDIDATES: Final = 1_000
_TO_REVIEW: Final = frozenset((ReviewState.OPEN, ReviewState.UNSURE))


class _List(NamedTuple):
    version: ListVersion
    age_days: int
    is_stale: bool


def render_screen(screened: Screened) -> str:
    """Write the page. The same result gives the same page, byte for byte."""
    style = asset("style.css") + asset("screen.css")
    left = [one for one in screened.candidates if one.state in _TO_REVIEW]
    reviewed = [one for one in screened.candidates if one.state not in _TO_REVIEW]
    page: str = (
        page_environment()
        .get_template("screen.html")
        .render(
            style=style,
            policy=page_policy(style),
            screened=screened,
            title=_title(left),
            left=left[:_MOST_CANDIDATES],
            left_out=max(0, len(left) - _MOST_CANDIDATES),
            reviewed=reviewed[:_MOST_CANDIDATES],
            accounts=len({one.asked.account_id for one in left}),
            lists=[_list(one, screened) for one in screened.lists],
            parts=_parts,
        )
    )
    return page


def _title(left: list[Candidate]) -> str:
    if not left:
        return "Nobody is open for review"
    accounts = len({one.asked.account_id for one in left})
    return f"{plural(accounts, 'account').capitalize()} may be on a list"


def _list(version: ListVersion, screened: Screened) -> _List:
    warning = age_warning(version.list_name, version.as_of, version.stale_after_days, today=screened.judged_on)
    return _List(version, max(0, (screened.judged_on - version.as_of).days), bool(warning))


def _parts(candidate: Candidate) -> list[tuple[str, str, str]]:
    """What moved the score, the strongest first: what, by how much, why."""
    ranked: list[Any] = sorted(candidate.parts, key=lambda part: -abs(part.effect))
    return [(part.what, f"{part.effect:+.2f}".replace("-", "\N{MINUS SIGN}"), part.why) for part in ranked]
