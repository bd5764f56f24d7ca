"""An indicator as STIX writes it: a pattern for everybody, and our extension for what a guard needs at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import Certainty, Form, IndicatorKind
from stillwatch.intel import stix_objects as stix
from stillwatch.intel.stix_pattern import Said, pattern_of
from stillwatch.intel.stix_time import stix_time
from stillwatch.intel.vocabulary.extension import EXTENSION_ID

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign

_NETWORK: Final = frozenset({IndicatorKind.ADDRESS, IndicatorKind.PREFIX, IndicatorKind.ASN, IndicatorKind.DOMAIN})
_TYPES: Final = {kind: ("anonymization",) if kind in _NETWORK else ("anomalous-activity",) for kind in IndicatorKind}
"""Of a network fact: others' honest traffic runs through the same one."""
_FORMS: Final = {
    Form.CLEAR: "clear",
    Form.SALTED: "salted form",
    Form.PAIRWISE: "the form that two members have agreed on",
    Form.OPRF: "the form of an oblivious function (RFC 9497)",
}
_DESCRIPTIONS: Final = {
    (how, form): f"{how.capitalize()}, in {words}. A lead to look into, not a verdict."
    for how in Certainty
    for form, words in _FORMS.items()
}
_LABELS: Final = {(how, kind): (f"certainty:{how}", f"kind:{kind}") for how in Certainty for kind in IndicatorKind}


class IndicatorWriter:
    """For the indicators of one campaign: what they share is made once, since there may be a million."""

    def __init__(self, campaign: SharedCampaign, refs: tuple[str, ...]) -> None:
        self._refs = refs
        self._producer = campaign.producer_id
        self._revoked = campaign.is_revoked
        self._created, self._modified = stix_time(campaign.created_at), stix_time(campaign.version_at)
        self._names = {kind: f"{kind} of {campaign.name}" for kind in IndicatorKind}
        self._time = cache(stix_time)

    def indicator(self, one: Indicator) -> stix.Indicator:
        return stix.Indicator(
            id=one.id,
            spec_version="2.1",
            created_by_ref=self._producer,
            created=self._created,
            modified=self._modified,
            revoked=self._revoked,
            labels=_LABELS[one.certainty, one.kind],
            confidence=one.confidence,
            object_marking_refs=self._refs,
            extensions={EXTENSION_ID: _extension(one)},
            name=self._names[one.kind],
            description=_DESCRIPTIONS[one.certainty, one.form],
            indicator_types=_TYPES[one.kind],
            pattern=pattern_of(Said(one.kind, one.value, one.form, one.key_id, one.template_kind)),
            pattern_type="stix",
            pattern_version="2.1",
            valid_from=self._time(one.valid_from),
            valid_until=self._time(one.valid_until),
        )

    def indicates(self, one: Indicator, tie_id: str) -> stix.Relationship:
        """The relationship from the indicator to its campaign."""
        return stix.Relationship(
            id=tie_id,
            spec_version="2.1",
            created_by_ref=self._producer,
            created=self._created,
            modified=self._modified,
            revoked=self._revoked,
            object_marking_refs=self._refs,
            relationship_type="indicates",
            source_ref=one.id,
            target_ref=one.campaign_id,
        )


def _extension(one: Indicator) -> dict[str, Any]:
    says: dict[str, Any] = {
        "extension_type": "property-extension",
        "kind": one.kind,
        "value": one.value,
        "certainty": one.certainty,
    }
    if one.form is not Form.CLEAR:
        says["form"], says["key_id"] = one.form, one.key_id
    if one.template_kind:
        says["template_kind"] = one.template_kind
    return says
