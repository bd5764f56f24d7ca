"""What hangs on a campaign, read from the extension where it is there, and from standard objects where not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import Certainty
from stillwatch.core.shared_campaign import NetworkProvider, Statement
from stillwatch.intel.stix_campaign import PROVIDER
from stillwatch.intel.vocabulary.techniques import ATLAS, OWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.intel import stix_received as stix
    from stillwatch.intel.read_limits import ReadLimits

_SOURCES: Final = frozenset({ATLAS, "atlas", OWN})


def shown(text: str) -> str:
    """Foreign text without what would move a terminal's cursor or hide a part of it."""
    return text if text.isprintable() else "".join(one for one in text if one.isprintable() or one == "\n")


def read_statements(says: stix.CampaignSays, notes: Iterable[stix.Note], limits: ReadLimits) -> tuple[Statement, ...]:
    if says.statements:
        return tuple(
            Statement(
                topic=shown(one.topic),
                text=shown(one.text),
                certainty=_certainty(one.certainty),
                confidence=one.confidence,
            )
            for one in says.statements
        )
    return tuple(
        Statement(
            topic=shown(_label(note, "topic:")),
            text=shown(note.content),
            certainty=_certainty(_label(note, "certainty:")),
            confidence=limits.confidence if note.confidence is None else note.confidence,
        )
        for note in notes
    )


def read_techniques(used: Iterable[stix.AttackPattern]) -> tuple[str, ...]:
    """Ids of ATLAS and our own; other catalogues are left to others."""
    references = (reference for one in used for reference in one.external_references)
    return tuple(dict.fromkeys(one.external_id for one in references if one.source_name.lower() in _SOURCES))


def provider_said(says: stix.ProviderSays) -> NetworkProvider:
    return NetworkProvider(
        name=shown(says.name), office_country=shown(says.office_country), certainty=_certainty(says.certainty)
    )


def is_provider(network: stix.Infrastructure) -> bool:
    return PROVIDER in network.labels


def provider_shown(network: stix.Infrastructure, places: Iterable[stix.Location]) -> NetworkProvider:
    return NetworkProvider(
        name=shown(network.name),
        office_country=next((shown(one.country) for one in places), ""),
        certainty=_certainty(_label(network, "certainty:")),
    )


def _certainty(text: str) -> Certainty:
    """What does not say how it is known is taken for said by somebody."""
    return Certainty(text) if text in set(Certainty) else Certainty.ALLEGED


def _label(one: stix.Received, prefix: str) -> str:
    return next((label.removeprefix(prefix) for label in one.labels if label.startswith(prefix)), "")
