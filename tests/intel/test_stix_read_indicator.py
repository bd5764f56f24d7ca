from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import orjson
import pytest

from stillwatch.core.indicator import Certainty, IndicatorKind
from stillwatch.intel import stix_received as stix
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_read_indicator import read_indicator
from stillwatch.intel.vocabulary.extension import EXTENSION_ID

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_ID = "indicator--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b"


def plain(says: dict[str, object] | None = None, **changes: object) -> stix.Indicator:
    extensions = {EXTENSION_ID: msgspec.Raw(orjson.dumps(says))} if says is not None else {}
    one = stix.Indicator(id=_ID, created=_AT, pattern="[domain-name:value = 'a.example']", valid_from=_AT)
    return msgspec.structs.replace(one, extensions=extensions, **changes)


def test_what_it_does_not_say_is_cautious() -> None:
    read = read_indicator(plain(), "c", ReadLimits())
    assert (read.kind, read.value, read.certainty) == (IndicatorKind.DOMAIN, "a.example", Certainty.ALLEGED)
    assert (read.confidence, read.valid_until) == (30, _AT + timedelta(days=30))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (plain(pattern_type="sigma"), "of type sigma"),
        (plain(valid_until=_AT), "ends before"),
        (plain({"kind": "domain", "value": "b.example"}), "do not say the same"),
        (plain({"kind": "nothing", "value": "a.example"}), "Invalid enum value"),
        (plain({"kind": "domain"}), "missing required field"),
        (plain(pattern="[domain-name:value = 'a\x1b[2J']"), "control characters"),
        (
            plain(pattern="[x-stillwatch-key:kind = 'template' AND x-stillwatch-key:value = '1']"),
            "no key of a template",
        ),
        (plain(pattern="[x-stillwatch-key:form = 'oprf' AND x-stillwatch-key:value = '1']"), "the key has no name"),
        (
            plain(
                pattern="[x-stillwatch-key:kind = 'template' AND x-stillwatch-key:template_kind = '4' "
                "AND x-stillwatch-key:value = '99999999999999999999']"
            ),
            "no key of a template",
        ),
        (plain(labels=("certainty:sure",)), "not a valid Certainty"),
        (plain(valid_from=datetime.max.replace(tzinfo=UTC)), "date value out of range"),
    ],
)
def test_what_is_not_sound_is_refused(one: stix.Indicator, why: str) -> None:
    with pytest.raises((ValueError, OverflowError), match=why):
        read_indicator(one, "c", ReadLimits())
