"""What is said of a campaign when it is told: one statement a piece of evidence, and what it was held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.blank_quotes import blank_quotes
from stillwatch.core.indicator import Certainty
from stillwatch.core.shared_campaign import Statement

if TYPE_CHECKING:
    from stillwatch.core.campaign import Campaign, Evidence

_SUREST: Final = 99
"""Of 100; nothing that is inferred from a log is certain."""


def statements_of(campaign: Campaign) -> tuple[Statement, ...]:
    """What a test has found is *observed*; what only describes, and which honest twin was ruled out, is *inferred*.

    Of the sentences all is blanked out that was quoted from somebody, names somebody, or is the id of a member.
    """
    members = [one.account_id for one in campaign.members]
    told = [_of_evidence(one, members, campaign.confidence) for one in campaign.evidence]
    twins = [
        Statement(
            topic=f"twin:{one.twin}",
            text=f"Not the honest case: {blank_quotes(one.why_not, members)}",
            certainty=Certainty.INFERRED,
            confidence=min(_SUREST, round(100 * campaign.confidence)),
        )
        for one in campaign.twins_considered
    ]
    return (*told, *twins)


def _of_evidence(one: Evidence, members: list[str], campaign: float) -> Statement:
    is_tested = one.p_value < 1
    sure = 1 - one.p_value if is_tested else min(one.score, campaign)
    return Statement(
        topic=f"{one.family}:{one.source}",
        text=blank_quotes(one.because, members),
        certainty=Certainty.OBSERVED if is_tested else Certainty.INFERRED,
        confidence=max(0, min(_SUREST, round(100 * sure))),
    )
