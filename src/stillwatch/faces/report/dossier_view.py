"""What a dossier shows on paper, arranged by the elements of the law and cut to one of its two tiers.

The page and the PDF are made from the same arrangement, so neither says what the other one does not. What the redacted
tier leaves out is gone from the dossier before it comes here (`evidence.dossier_document`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.campaign import Standing, Verdict
from stillwatch.core.dossier import ELEMENT_TITLES, Element, Limit, LimitKind
from stillwatch.faces.report.wording import chance_in_words, large, plural, words

if TYPE_CHECKING:
    from stillwatch.core.dossier import Dossier, DossierMember, DossierSample, DossierStatement
    from stillwatch.core.explanation import SharedKey

_MOST_MEMBERS: Final = 400
LIMIT_TITLES: Final = {
    LimitKind.AGAINST: "What speaks against it",
    LimitKind.NOT_SHOWN: "What was not found, or cannot be shown",
    LimitKind.NOT_COLLECTED: "What was not collected",
}


class ShownStatement(NamedTuple):
    text: str
    certainty: str
    confidence: float
    chance: str
    """How often chance alone would show as much; empty where nothing was tested."""
    null_model: str
    source: str
    where: str
    also: tuple[str, ...]
    """Other elements that it is listed under, too."""


class ElementSection(NamedTuple):
    number: str
    title: str
    statements: tuple[ShownStatement, ...]


class Fact(NamedTuple):
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    dossier: Dossier
    is_confidential: bool
    title: str
    lede: tuple[str, ...]
    facts: tuple[Fact, ...]
    elements: tuple[ElementSection, ...]
    limits: tuple[tuple[str, tuple[Limit, ...]], ...]
    members: tuple[tuple[str, DossierMember], ...]
    """Name to show, and the member; the surest first."""
    members_left_out: int
    samples: tuple[tuple[str, DossierSample], ...]
    wordings: tuple[SharedKey, ...]
    inputs: tuple[tuple[str, ...], ...]
    """Name, digest, exchanges, how it is sealed."""


def dossier_view(dossier: Dossier, *, is_confidential: bool) -> DossierView:
    """Arrange a dossier for the eyes of one tier; that of the redacted one is the public dossier."""
    names = {one.token: one.account for one in dossier.members}
    ranked = sorted(dossier.members, key=lambda one: (-one.confidence, one.token))
    return DossierView(
        dossier=dossier,
        is_confidential=is_confidential,
        title=_title(dossier),
        lede=_lede(dossier),
        facts=_facts(dossier),
        elements=tuple(_section(element, dossier) for element in Element),
        limits=tuple(
            (title, tuple(one for one in dossier.limits if one.kind is kind)) for kind, title in LIMIT_TITLES.items()
        ),
        members=tuple((names[one.token], one) for one in ranked[:_MOST_MEMBERS]),
        members_left_out=max(0, len(ranked) - _MOST_MEMBERS),
        samples=tuple((names.get(one.token, one.token), one) for one in dossier.samples) if is_confidential else (),
        wordings=tuple(one for one in dossier.wordings if one.words) if is_confidential else (),
        inputs=tuple(
            (
                one.path,
                one.sha256,
                f"{one.exchanges:,}",
                _sealed(one.batch_leaf),
            )
            for one in dossier.inputs
        ),
    )


def _title(dossier: Dossier) -> str:
    kind = "Group to review" if dossier.campaign.verdict is Verdict.REVIEW else "Campaign"
    return f"{kind} {dossier.campaign.id}"


def _lede(dossier: Dossier) -> tuple[str, ...]:
    campaign = dossier.campaign
    counts = Counter(str(one.certainty) for one in dossier.statements)
    said = ", ".join(f"{counts[name]} {name}" for name in ("observed", "inferred", "alleged") if counts[name])
    against = sum(one.kind is LimitKind.AGAINST for one in dossier.limits)
    found = (
        f"{plural(campaign.accounts, 'account')} were found to act as one operator, in {large(campaign.exchanges)} "
        f"exchanges, with a stated confidence of {campaign.confidence:.2f}."
    )
    made = (
        f"This dossier makes {plural(len(dossier.statements), 'statement')} ({said}) and names "
        f"{plural(against, 'thing')} that speak{'s' * (against == 1)} against them."
    )
    return (
        found,
        made,
        "Whether an element of the law is met is for its reader to conclude; nothing here concludes it.",
    )


def _facts(dossier: Dossier) -> tuple[Fact, ...]:
    campaign, run = dossier.campaign, dossier.run
    standings = Counter(one.standing for one in dossier.members)
    listed = ", ".join(f"{standings[one.value]:,} {one.value}" for one in Standing if standings[one.value])
    return (
        Fact("Accounts", f"{campaign.accounts:,} ({listed})"),
        Fact("Exchanges", f"{campaign.exchanges:,} of {run.exchanges:,} in the log"),
        Fact("First seen", f"{campaign.first_seen:%Y-%m-%d %H:%M} UTC"),
        Fact("Last seen", f"{campaign.last_seen:%Y-%m-%d %H:%M} UTC"),
        Fact("False-discovery rate of the list", f"at most {run.fdr:g}, of this one {campaign.q_value:.1e}"),
        Fact("Made", f"{dossier.made_at:%Y-%m-%d %H:%M} UTC for {dossier.made_by}"),
        Fact("Made with", dossier.tool),
    )


def _section(element: Element, dossier: Dossier) -> ElementSection:
    mine = (one for one in dossier.statements if element in one.elements)
    return ElementSection(
        element.value,
        ELEMENT_TITLES[element],
        tuple(_shown(one, element) for one in mine),
    )


def _shown(one: DossierStatement, element: Element) -> ShownStatement:
    return ShownStatement(
        text=one.text,
        certainty=str(one.certainty),
        confidence=one.confidence,
        chance=chance_in_words(one.p_value) if one.p_value is not None else "",
        null_model=one.null_model.rstrip("."),
        source=words(one.source).replace(":", ", "),
        where=one.where,
        also=tuple(other.value for other in one.elements if other is not element),
    )


def _sealed(leaf: int | None) -> str:
    return "not sealed" if leaf is None else f"leaf {leaf}"
