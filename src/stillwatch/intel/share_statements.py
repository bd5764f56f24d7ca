"""What is said of a campaign when it is told: one statement a piece of evidence, and what it was held against."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.blank_out import blank_out
from stillwatch.core.indicator import Certainty
from stillwatch.core.shared_campaign import Statement

if TYPE_CHECKING:
    from stillwatch.core.campaign import Campaign, Evidence

_QUOTED: Final = re.compile("'[^']*'|\"[^\"]*\"|“[^”]*”|⟪[^⟫]*⟫")
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
            text=f"Not the honest case: {_redacted(one.why_not, members)}",
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
        text=_redacted(one.because, members),
        certainty=Certainty.OBSERVED if is_tested else Certainty.INFERRED,
        confidence=max(0, min(_SUREST, round(100 * sure))),
    )


def _redacted(text: str, members: list[str]) -> str:
    for name in members:
        if name and name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "⟨account⟩", text)
    return blank_out(_QUOTED.sub("⟨quoted⟩", text))
