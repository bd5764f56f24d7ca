"""The answer of a scan in exactly three plain sentences, and in a title of a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.campaign import Campaign, Family, Verdict
from stillwatch.faces.report.wording import (
    large,
    listed,
    number,
    odds_in_words,
    period_in_words,
    plural,
    sentence,
    small,
    words,
)

if TYPE_CHECKING:
    from stillwatch.core.campaign import ScanResult


class WhatWasFound(NamedTuple):
    title: str
    sentences: tuple[str, str, str]


def what_was_found(result: ScanResult) -> WhatWasFound:
    """Say what a reader may rely on; a run that did not finish is never said to be clean."""
    if result.campaigns:
        return WhatWasFound(_found_title(result), (_found(result), _largest(result), _how_sure(result)))
    if not result.run.complete:
        return WhatWasFound("Not clean: the scan is incomplete", (_unfinished(result), _aside(result), _scan_again()))
    return WhatWasFound("No campaign found", (_nothing(result), _aside(result), _sight(result)))


def headline(campaign: Campaign) -> str:
    """One campaign in a sentence."""
    asked = f" for {listed([words(each) for each in campaign.capabilities])}" if campaign.capabilities else ""
    first = (
        f"{plural(campaign.accounts, 'account')} acting as one operator made {plural(campaign.exchanges, 'exchange')}"
    )
    when = period_in_words(campaign.first_seen, campaign.last_seen)
    return f"{first}{asked}, {when}."


def _found_title(result: ScanResult) -> str:
    campaigns, reviews = _split(result)
    title = f"{small(campaigns)} campaign{'s' * (campaigns != 1)} found" if campaigns else ""
    review = f"{small(reviews)} group{'s' * (reviews != 1)} to review" if reviews else ""
    return sentence(", ".join(filter(None, (title, review))))


def _split(result: ScanResult) -> tuple[int, int]:
    reviews = sum(campaign.verdict == Verdict.REVIEW for campaign in result.campaigns)
    return len(result.campaigns) - reviews, reviews


def _found(result: ScanResult) -> str:
    campaigns, reviews = _split(result)
    named = []
    if campaigns:
        named.append(f"{small(campaigns)} campaign{'s' * (campaigns != 1)}")
    if reviews:
        named.append(f"{small(reviews)} group{'s' * (reviews != 1)} that a person must review first")
    accounts = len({member.account_id for campaign in result.campaigns for member in campaign.members})
    exchanges = sum(campaign.exchanges for campaign in result.campaigns)
    return sentence(
        f"{' and '.join(named)} {'was' if len(result.campaigns) == 1 else 'were'} found: "
        f"{number(accounts)} of {plural(result.run.accounts, 'account')} made {large(exchanges)} "
        f"of {large(result.run.exchanges)} exchanges in concert, to harvest the model's answers."
    )


def _largest(result: ScanResult) -> str:
    largest = max(result.campaigns, key=lambda campaign: (campaign.exchanges, campaign.id))
    families = {evidence.family for evidence in largest.evidence}
    which = "It" if len(result.campaigns) == 1 else "The largest"
    asked = f" for {listed([words(each) for each in largest.capabilities])}" if largest.capabilities else ""
    return (
        f"{which} used {plural(largest.accounts, 'account')}{asked}, active "
        f"{period_in_words(largest.first_seen, largest.last_seen)}, and rests on {small(len(families))} independent "
        f"kind{'s' * (len(families) != 1)} of evidence."
    )


def _how_sure(result: ScanResult) -> str:
    if not result.run.complete:
        return "The scan did not finish, so accounts that are not named here are not cleared: see the warnings."
    aside = f", and {_groups(result)} set aside because an honest explanation fits" if result.set_aside else ""
    odds = odds_in_words(result.run.fdr)
    return f"The list is built so that at most {odds} of its entries are expected to be false{aside}."


def _groups(result: ScanResult) -> str:
    count = len(result.set_aside)
    return f"{small(count)} further group{'s were' if count != 1 else ' was'}"


def _nothing(result: ScanResult) -> str:
    run = result.run
    return f"No campaign was found among {large(run.exchanges)} exchanges of {plural(run.accounts, 'account')}."


def _unfinished(result: ScanResult) -> str:
    return (
        f"No campaign was found among the {large(result.run.exchanges)} exchanges that were read, "
        "but the scan did not finish, so this log is not clean."
    )


def _aside(result: ScanResult) -> str:
    count = len(result.set_aside)
    if not count:
        return "No group of accounts acted together closely enough to need an explanation."
    return sentence(
        f"{small(count)} group{'s act' if count != 1 else ' acts'} together or harvest{'s' * (count == 1)}, "
        f"but an honest explanation fits {'each' if count != 1 else 'it'}, so no account is accused."
    )


def _scan_again() -> str:
    return "Read the warnings, mend what they name, and scan again before you rely on this result."


def _sight(result: ScanResult) -> str:
    full = sum(result.run.coverage.get(family, 0.0) >= 0.5 for family in Family)
    return (
        f"The log could support {small(full)} of the {small(len(Family))} kinds of evidence in at least half of its "
        "exchanges, and a campaign that shows only in the others would be missed."
    )
