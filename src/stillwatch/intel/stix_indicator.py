"""An indicator as STIX writes it: a pattern for everybody, and our extension for what a guard needs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel import stix_objects as stix
from stillwatch.intel.stix_pattern import Said, pattern_of
from stillwatch.intel.vocabulary.extension import EXTENSION_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign

_NETWORK: Final = frozenset({IndicatorKind.ADDRESS, IndicatorKind.PREFIX, IndicatorKind.ASN, IndicatorKind.DOMAIN})
_TYPES: Final = {kind: ("anonymization",) if kind in _NETWORK else ("anomalous-activity",) for kind in IndicatorKind}
"""Of a network fact: others' honest traffic runs through the same one."""


def indicator_object(
    campaign: SharedCampaign, one: Indicator, refs: tuple[str, ...], time: Callable[[datetime], str]
) -> stix.Indicator:
    """Write it; `time` writes moments, and may remember those that many indicators share."""
    said = Said(one.kind, one.value, one.form, one.key_id, one.template_kind)
    return stix.Indicator(
        id=one.id,
        spec_version="2.1",
        created_by_ref=campaign.producer_id,
        created=time(campaign.created_at),
        modified=time(campaign.version_at),
        revoked=campaign.is_revoked,
        labels=(f"certainty:{one.certainty}", f"kind:{one.kind}"),
        confidence=one.confidence,
        object_marking_refs=refs,
        extensions={EXTENSION_ID: _extension(one)},
        name=f"{one.kind} of {campaign.name}",
        description=f"{one.certainty.capitalize()}, in {_FORMS[one.form]}. A lead to look into, not a verdict.",
        indicator_types=_TYPES[one.kind],
        pattern=pattern_of(said),
        pattern_type="stix",
        pattern_version="2.1",
        valid_from=time(one.valid_from),
        valid_until=time(one.valid_until),
    )


_FORMS: Final = {
    Form.CLEAR: "clear",
    Form.SALTED: "salted form",
    Form.PAIRWISE: "the form that two members have agreed on",
    Form.OPRF: "the form of an oblivious function (RFC 9497)",
}


def _extension(one: Indicator) -> dict[str, Any]:
    says: dict[str, Any] = {
        "extension_type": "property-extension",
        "kind": one.kind,
        "value": one.value,
        "certainty": one.certainty,
    }
    if one.form is not Form.CLEAR:
        says |= {"form": one.form, "key_id": one.key_id}
    if one.template_kind:
        says["template_kind"] = one.template_kind
    return says
