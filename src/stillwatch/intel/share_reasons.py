"""What of a shared campaign leaves, thing by thing, and why each may: the preview that a person agrees to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Family
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.core.to_share import Leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign

_CHOSEN: Final = "you said so"
_WHY_INDICATOR: Final = {
    (IndicatorKind.ACCOUNT, Form.CLEAR): "you asked for clear ids, for members who serve the same customers",
    (IndicatorKind.ACCOUNT, Form.SALTED): "a token that only holders of the salt can make",
    (IndicatorKind.TEMPLATE, Form.SALTED): "a number made of the prompt; without the salt nobody can make it",
}


def leaves_of(shared: SharedCampaign) -> tuple[Leaves, ...]:
    """Every field of it, so that what is added to the value and forgotten here fails a test."""
    return (*_facts(shared), *_said(shared), *map(_indicator, shared.indicators))


def _facts(shared: SharedCampaign) -> Iterator[Leaves]:
    yield Leaves("id", shared.id, "a random name, made with the store's salt; it tells nothing")
    yield Leaves("name", shared.name, "the same, for people")
    yield Leaves("producer", f"{shared.producer_name} ({shared.producer_id})", "who says it, so that it can be weighed")
    window = f"{shared.first_seen:%Y-%m-%d %H}h to {shared.last_seen:%Y-%m-%d %H}h"
    yield Leaves("window", window, "whole hours: no single request is told")
    size = f"{shared.accounts} accounts, {shared.exchanges} exchanges"
    yield Leaves("size", size, "sums over all members")
    yield Leaves("confidence", f"{shared.confidence} of 100", "how sure the scan is")
    yield Leaves("valid until", f"{shared.valid_until:%Y-%m-%d %H:%M}", "nothing is for ever")
    yield Leaves(
        "versions", f"{shared.created_at:%Y-%m-%d %H:%M}, {shared.version_at:%Y-%m-%d %H:%M}", "when it was told"
    )
    for field, values in (
        ("role", shared.roles),
        ("capability", shared.capabilities),
        ("technique", shared.techniques),
    ):
        for one in values:
            yield Leaves(field, one, "what was done, of a fixed list")
    for one in shared.services:
        yield Leaves("service", one, _CHOSEN)


def _said(shared: SharedCampaign) -> Iterator[Leaves]:
    for one in shared.statements:
        of = "figures over the group, names blanked out" if _is_of_scan(one.topic) else _CHOSEN
        yield Leaves(one.topic, one.text, f"{one.certainty}, {one.confidence} of 100; {of}")
    handling = shared.handling
    yield Leaves("marking", f"TLP:{handling.tlp.upper()}, PAP:{handling.pap.upper()}", "what receivers may do with it")
    yield Leaves("permitted use", handling.permitted_use, "the same, in words")
    yield Leaves("source may be named", "no" if handling.must_not_name_source else "yes", _CHOSEN)
    yield Leaves("may be resold", "yes" if handling.may_resell else "no", _CHOSEN)
    yield Leaves("response", shared.response, _CHOSEN)
    yield Leaves("machine-made", "yes" if shared.is_machine_made else "no", "receivers keep machine-made ones apart")
    if shared.is_revoked:
        yield Leaves("taken back", "yes", "receivers end what rests on it")
    if shared.legal_basis:
        yield Leaves("legal basis", shared.legal_basis, _CHOSEN)
    if shared.provider:
        country = f" ({shared.provider.office_country})" if shared.provider.office_country else ""
        yield Leaves(
            "account-network provider", f"{shared.provider.name}{country}, {shared.provider.certainty}", _CHOSEN
        )


def _is_of_scan(topic: str) -> bool:
    return topic.partition(":")[0] in {*Family, "twin"}


def _indicator(one: Indicator) -> Leaves:
    keyed = f", {one.form} under {one.key_id}" if one.form is not Form.CLEAR else ""
    kind = f" of kind {one.template_kind}" if one.template_kind else ""
    why = _WHY_INDICATOR.get((one.kind, one.form), "part of the campaign as it was received")
    return Leaves(f"indicator: {one.kind}", f"{one.value}{kind}{keyed}, {one.confidence} of 100, {one.certainty}", why)
