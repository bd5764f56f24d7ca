"""Look the members of campaigns up on screening lists, and put what was found beside the evidence.

result, screened = screen_members(result, settings, clock=..., new_id=..., progress=...)

It changes no verdict, confidence or standing: being listed is no evidence of harvesting, and a likeness of names is no
evidence of being listed. Who is in no campaign is not looked up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import SettingsError
from stillwatch.core.screened_member import ScreenedMember
from stillwatch.service.screening.list_store import ListStore
from stillwatch.service.screening.screen import screen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.campaign import Campaign, ScanResult
    from stillwatch.core.screened import Candidate, Screened
    from stillwatch.service.screening.screen import ScreenSettings


class ScreenedScan(NamedTuple):
    result: ScanResult
    screened: Screened | None
    """None where there was no campaign, so that nobody was looked up."""


def refuse_no_lists(folder: Path, *, clock: Callable[[], datetime]) -> None:
    """Say before a long scan that there is nothing to screen against.

    Raises:
        SettingsError: The folder holds no list.
    """
    if not ListStore(folder, clock=clock).names():
        mend = "add one with `stillwatch lists add`, or leave out --screen"
        raise SettingsError("there is no list to screen against", where=str(folder), mend=mend)


def screen_members(
    result: ScanResult,
    settings: ScreenSettings,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    progress: Callable[[str, int, int], None],
) -> ScreenedScan:
    """Screen all members; a list that is not whole makes the run incomplete.

    Raises:
        InputError: The accounts file cannot be used.
        VerificationError: A list is not as it was added.
    """
    members = frozenset(member.account_id for campaign in result.campaigns for member in campaign.members)
    if not members:
        return ScreenedScan(result, None)
    screened = screen(replace(settings, only=members), clock=clock, new_id=new_id, progress=progress)
    unnamed = len(members) - len({one.account_id for one in screened.asked})
    told = [*screened.warnings, *screened.faults]
    if unnamed:
        told.append(f"of {unnamed:,} members of campaigns no name is known, so that they were not screened")
    run = replace(
        result.run,
        complete=result.run.complete and not screened.faults,
        warnings=(*result.run.warnings, *(f"screening: {text}" for text in told)),
    )
    campaigns = tuple(_with_candidates(one, screened) for one in result.campaigns)
    return ScreenedScan(replace(result, run=run, campaigns=campaigns), screened)


def _with_candidates(campaign: Campaign, screened: Screened) -> Campaign:
    members = {one.account_id for one in campaign.members}
    mine = (one for one in screened.candidates if one.asked.account_id in members)
    return replace(campaign, screened=tuple(map(_member, mine)))


def _member(one: Candidate) -> ScreenedMember:
    return ScreenedMember(
        account_id=one.asked.account_id,
        asked=one.asked.name,
        source=one.source,
        source_id=one.source_id,
        listed_name=one.listed_name,
        on_lists=one.on_lists,
        score=one.score,
        because=one.because,
        state=one.state.value,
        candidate=one.id,
    )
