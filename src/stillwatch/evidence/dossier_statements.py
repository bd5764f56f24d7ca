"""The statements of a dossier: one a figure of the log, one a fact that somebody adds, each with what it rests on.

*Observed* is a count, and what a test found in the log; *inferred* is what only describes, as signals do; *alleged* is
what somebody says whom no log bears out. A test's confidence is the complement of its p-value; that of what describes
is no larger than that of the campaign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.blank_quotes import blank_quotes
from stillwatch.core.dossier import DossierStatement, Element
from stillwatch.core.indicator import Certainty
from stillwatch.evidence.dossier_elements import elements_of, elements_of_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stillwatch.core.campaign import Campaign, Evidence
    from stillwatch.core.prompt_set import SetTaken
    from stillwatch.core.shared_campaign import Statement

CAMPAIGN_FILE: Final = "analysis/campaign.json"
"""Where the figures lie in the package: the campaign as it stood in `campaigns.json`."""
FACTS_FILE: Final = "analysis/facts.json"
_SUREST: Final = 0.99
"""Nothing that is read out of a log is certain."""
_DAY_S: Final = 86_400


def statements_of(
    campaign: Campaign, null_models: Mapping[str, str], facts: Sequence[Statement]
) -> tuple[DossierStatement, ...]:
    """All of them: the counts, the evidence from the strongest, what was taken, and what somebody adds.

    Args:
        campaign: As it stands in the result.
        null_models: Link or signal → what its figure is held against.
        facts: What no log shows.
    """
    names = [one.account_id for one in campaign.members]
    evidence = (
        _of_evidence(one, number, campaign, null_models.get(one.source, ""), names)
        for number, one in enumerate(campaign.evidence)
    )
    sets = (_of_set(one, number, campaign, names) for number, one in enumerate(campaign.sets))
    said = (_of_fact(one, number, names) for number, one in enumerate(facts))
    return (*_counts(campaign), *evidence, *sets, *said)


def silent_elements(statements: Iterable[DossierStatement]) -> tuple[Element, ...]:
    """Elements that nothing is said of."""
    spoken = {element for one in statements for element in one.elements}
    return tuple(one for one in Element if one not in spoken)


def _counts(campaign: Campaign) -> Iterable[DossierStatement]:
    days = max(1.0, (campaign.last_seen - campaign.first_seen).total_seconds() / _DAY_S)
    rate = campaign.exchanges / max(1, campaign.accounts) / days
    text = (
        f"{campaign.accounts:,} accounts made {campaign.exchanges:,} exchanges between "
        f"{campaign.first_seen:%Y-%m-%d %H:%M} and {campaign.last_seen:%Y-%m-%d %H:%M} UTC, "
        f"{rate:,.1f} an account and day"
    )
    values = {
        "accounts": campaign.accounts,
        "exchanges": campaign.exchanges,
        "days": round(days, 2),
        "exchanges_per_account_day": round(rate, 2),
    }
    yield _counted((Element.VOLUME, Element.COORDINATION), text, values, "/exchanges")
    if campaign.capabilities:
        listed = ", ".join(one.replace("_", " ") for one in campaign.capabilities)
        text = f"what was asked for falls under: {listed}"
        yield _counted((Element.CONCENTRATION,), text, {"capabilities": len(campaign.capabilities)}, "/capabilities")


def _counted(
    elements: tuple[Element, ...], text: str, values: Mapping[str, float | int | str], field: str
) -> DossierStatement:
    return DossierStatement(
        elements=elements,
        text=text,
        public_text=text,
        certainty=Certainty.OBSERVED,
        confidence=_SUREST,
        source="count",
        values=values,
        where=f"{CAMPAIGN_FILE}#{field}",
    )


def _of_evidence(
    one: Evidence, number: int, campaign: Campaign, null_model: str, names: Sequence[str]
) -> DossierStatement:
    is_tested = one.p_value < 1
    return DossierStatement(
        elements=elements_of(one.source),
        text=one.because,
        public_text=blank_quotes(one.because, names),
        certainty=Certainty.OBSERVED if is_tested else Certainty.INFERRED,
        confidence=min(_SUREST, 1 - one.p_value) if is_tested else min(one.score, campaign.confidence),
        source=f"{one.family}:{one.source}",
        null_model=null_model if is_tested else "",
        p_value=one.p_value if is_tested else None,
        values={"score": round(one.score, 4), "accounts": one.accounts, "exchanges": one.exchanges},
        where=f"{CAMPAIGN_FILE}#/evidence/{number}",
    )


def _of_set(one: SetTaken, number: int, campaign: Campaign, names: Sequence[str]) -> DossierStatement:
    """A public prompt set that was asked for, item by item: what is taken of it is what a model is trained on."""
    return DossierStatement(
        elements=(Element.CONCENTRATION, Element.CORRELATION),
        text=one.because,
        public_text=blank_quotes(one.because, names),
        certainty=Certainty.OBSERVED,
        confidence=min(_SUREST, campaign.confidence),
        source=f"prompt set:{one.name}",
        values={"items": one.items, "taken": one.taken, "exchanges": one.exchanges, "shards": one.shards},
        where=f"{CAMPAIGN_FILE}#/sets/{number}",
    )


def _of_fact(one: Statement, number: int, names: Sequence[str]) -> DossierStatement:
    return DossierStatement(
        elements=elements_of_topic(one.topic),
        text=one.text,
        public_text=blank_quotes(one.text, names),
        certainty=one.certainty,
        confidence=one.confidence / 100,
        source=f"added by hand:{one.topic}",
        values={"confidence": one.confidence},
        where=f"{FACTS_FILE}#/facts/{number}",
    )
