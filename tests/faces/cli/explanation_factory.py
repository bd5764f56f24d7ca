"""A rich explanation in one call."""

from __future__ import annotations

from datetime import UTC, datetime

from stillwatch.core.campaign import Evidence, Family, Member, Standing, TwinConsidered
from stillwatch.core.explanation import (
    Change,
    Compared,
    ExplainedEvidence,
    Explanation,
    SharedKey,
    ShownExchange,
    Without,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def explanation(account_id: str = "") -> Explanation:
    """An explanation of a campaign, or of one account in it."""
    evidence = Evidence(
        family=Family.TIMING,
        source="even_load",
        score=1,
        p_value=5e-11,
        because="17 of 18 accounts send at one rate",
        accounts=17,
        exchanges=6474,
    )
    because = "with 387 more exchanges of its own beside the campaign's the account would stand as mixed"
    return Explanation(
        campaign_id="c-1",
        account_id=account_id,
        accounts=18,
        exchanges=6474,
        p_value=3e-10,
        core_p_value=4e-10,
        fdr=0.01,
        judged=108,
        evidence=(ExplainedEvidence(evidence=evidence, axis="hand", null_model="each rate is drawn from all others."),),
        keys=(SharedKey(kind="the first words", words="You will see one …", accounts=18, exchanges=6474, others=0),),
        without=(Without(family="timing", p_value=0.2, is_reported=False, because="without the timing evidence ..."),),
        changes=(Change(what="other exchanges", now=0, needed=387, because=because),),
        twins=(TwinConsidered(twin="scheduled_job", why_not="only 1% of the exchanges repeat a prompt"),),
        member=Member(account_id=account_id, standing=Standing.OPERATOR, confidence=0.98, because="386 of 386")
        if account_id
        else None,
        compared=(Compared(what="exchanges a day", account="27.6", usual="25.7"),) if account_id else (),
        shown=(
            ShownExchange(
                number=24,
                at=NOON,
                account_id="acct-1",
                model="m-1",
                source="log.jsonl",
                excerpt="You will see\x1b[31m one",
            ),
        ),
        sets=(),
    )
