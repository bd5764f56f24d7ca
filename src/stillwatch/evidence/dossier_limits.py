"""What speaks against a finding, what was looked for and not found, and what nobody collected.

A dossier names these whether or not anybody asks. They are taken from the same figures as the accusation, so none can
be left out by taste: what the group would need to be let go, which explanation would fit, whose part is doubtful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Standing, Verdict
from stillwatch.core.dossier import ELEMENT_TITLES, Limit, LimitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stillwatch.core.campaign import Campaign, Run
    from stillwatch.core.dossier import Element
    from stillwatch.core.explanation import AskedLink, Explanation

_WELL_COVERED: Final = 0.95
_DOUBTFUL: Final = 0.5
_KEPT: Final = {
    "full": "texts of prompts were kept whole in the store; none but the samples shown are in this package",
    "sketch": "texts were turned into keyed hashes when they were read; of one exchange in 48 the two ends of the "
    "prompt were kept, without mail addresses, numbers, secrets and hosts",
    "none": "no text was read or kept: nothing here rests on what anybody wrote",
}
_NEVER: Final = (
    "replies of the model were not compared or kept, and nothing here says what any account did with them",
    "no account's owner was identified: an account is what the log bills or keys, and may be stolen, shared or resold",
    "nationality, language and place were not used: no statement rests on them",
)


def limits_of(  # noqa: PLR0913  # each is one thing that a limit is read out of
    campaign: Campaign,
    run: Run,
    told: Explanation,
    *,
    silent: Sequence[Element],
    content: str,
    is_experimental: bool,
    rerun: str,
) -> tuple[Limit, ...]:
    """All of them: what speaks against it first.

    Args:
        campaign: As it stands in the result.
        run: The scan that found it.
        told: The campaign explained anew.
        silent: Elements that nothing is said of.
        content: What the store keeps of texts: `full`, `sketch` or `none`.
        is_experimental: Whether the finding falls without links that no board has scored.
        rerun: What a run from the keys that are handed out gave otherwise; empty where nothing did.
    """
    against = _against(campaign, run, told, is_experimental=is_experimental)
    return (
        *(Limit(kind=LimitKind.AGAINST, text=text) for text in (*against, *filter(None, (rerun,)))),
        *(Limit(kind=LimitKind.NOT_SHOWN, text=text) for text in _not_shown(campaign, silent, told.asked)),
        *(Limit(kind=LimitKind.NOT_COLLECTED, text=text) for text in _not_collected(run, content)),
    )


def _against(campaign: Campaign, run: Run, told: Explanation, *, is_experimental: bool) -> Iterator[str]:
    if campaign.verdict is Verdict.REVIEW:
        yield "an entry of the authorised-use ledger covers members: this is a group to review, not an accusation"
    if not run.complete:
        yield "the run did not finish: a part of the log was not looked at"
    if is_experimental:
        yield "the finding falls without links whose error rates were not measured"
    for twin in told.twins:
        if twin.why_not.startswith("fits: "):
            yield f"the honest case {twin.twin.replace('_', ' ')} fits: {twin.why_not.removeprefix('fits: ')}"
    for without in told.without:
        if not without.is_reported:
            yield f"without the evidence of {without.family} alone the group would not be reported: {without.because}"
    for change in told.changes:
        yield f"the verdict would turn: {change.because}"
    yield from _doubts(campaign)
    yield from (f"the run warns: {warning}" for warning in run.warnings)


def _doubts(campaign: Campaign) -> Iterator[str]:
    """Of which members it is not sure, or not theirs."""
    victims = sum(one.standing is Standing.VICTIM for one in campaign.members)
    if victims:
        yield f"{victims:,} of the accounts are likely victims: they were used, and are not accused"
    mixed = sum(one.standing is Standing.MIXED for one in campaign.members)
    if mixed:
        yield f"{mixed:,} of the accounts also carry other traffic, which may be other people's"
    doubtful = sum(one.confidence < _DOUBTFUL for one in campaign.members)
    if doubtful:
        yield f"{doubtful:,} of the accounts belong to it with a confidence below one half"


def _not_shown(campaign: Campaign, silent: Sequence[Element], asked: Iterable[AskedLink]) -> Iterator[str]:
    for element in silent:
        yield f"of {element.value}, “{ELEMENT_TITLES[element]}”, the log says nothing and nobody has added anything"
    spoke = {one.source for one in campaign.evidence}
    for link in asked:
        if link.name in spoke:
            continue
        name = link.name.replace("_", " ")
        if link.is_askable:
            yield f"{name} was looked for among the accounts, and not found"
        else:
            yield f"{name} could not be looked for: the log and the accounts file hold none of {', '.join(link.reads)}"


def _not_collected(run: Run, content: str) -> Iterator[str]:
    yield _KEPT[content]
    for family, share in sorted(run.coverage.items()):
        if share < _WELL_COVERED:
            yield f"fields that evidence of {family} needs are there on {share:.0%} of the exchanges"
    rejected = sum(one.rejected for one in run.inputs)
    if rejected:
        yield f"{rejected:,} records of the log could not be read and are in no figure"
    yield from _NEVER
