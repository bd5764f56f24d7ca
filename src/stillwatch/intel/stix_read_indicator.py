"""Read one indicator: by our extension where it has it, by its pattern where not."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_pattern import Said, pattern_of, read_pattern
from stillwatch.intel.stix_time import in_utc
from stillwatch.intel.vocabulary.extension import EXTENSION_ID

if TYPE_CHECKING:
    from stillwatch.intel.read_limits import ReadLimits

_ADDRESSES: Final = frozenset({IndicatorKind.ADDRESS, IndicatorKind.PREFIX})
_says: Final = msgspec.json.Decoder(stix.IndicatorSays)


def read_indicator(one: stix.Indicator, campaign_id: str, limits: ReadLimits) -> Indicator:
    """Read it as one of this campaign.

    Raises:
        ValueError: Why it is refused. Pattern and extension must say the same: or people would read one thing, and the
            guard match another.
    """
    raw = one.extensions.get(EXTENSION_ID)
    said, certainty = _by_extension(one, raw) if raw is not None else _by_pattern(one)
    _check(said)
    begun = in_utc(one.valid_from)
    until = in_utc(one.valid_until) if one.valid_until else begun + limits.lifetime
    if until <= begun:
        raise ValueError("it ends before it begins")
    return Indicator(
        id=one.id,
        kind=said.kind,
        value=said.value,
        form=said.form,
        key_id=said.key_id,
        template_kind=said.template_kind,
        campaign_id=campaign_id,
        confidence=limits.confidence if one.confidence is None else one.confidence,
        certainty=certainty,
        valid_from=begun,
        valid_until=until,
    )


def _by_extension(one: stix.Indicator, raw: msgspec.Raw) -> tuple[Said, Certainty]:
    says = _says.decode(raw)
    said = Said(says.kind, says.value, says.form, says.key_id, says.template_kind)
    if pattern_of(said) != one.pattern:
        raise ValueError("its pattern and its extension do not say the same")
    return said, says.certainty


def _by_pattern(one: stix.Indicator) -> tuple[Said, Certainty]:
    if one.pattern_type != "stix":
        raise ValueError(f"a pattern of type {one.pattern_type[:64]} is not looked for")
    stated = (label.removeprefix("certainty:") for label in one.labels if label.startswith("certainty:"))
    return read_pattern(one.pattern), Certainty(next(stated, Certainty.ALLEGED))


def _check(said: Said) -> None:
    if not said.value or not said.value.isprintable():
        raise ValueError("its value is empty or holds control characters")
    if said.form is not Form.CLEAR and not said.key_id:
        raise ValueError("its value is keyed, and the key has no name")
    if said.kind is IndicatorKind.TEMPLATE and not (said.template_kind and -(2**63) <= int(said.value) < 2**63):
        raise ValueError("its value is no key of a template")
    if said.form is Form.CLEAR and said.kind in _ADDRESSES and not _is_usual_address(said.value):
        ipaddress.ip_network(said.value, strict=False)


def _is_usual_address(value: str) -> bool:
    """Whether it is one address, without a mask: asked of the C library, since most are, and in a tenth of the time."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in value else socket.AF_INET, value)
    except (OSError, UnicodeError):
        return False
    return True
