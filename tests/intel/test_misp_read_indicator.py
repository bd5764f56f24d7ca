"""Attributes and objects as indicators."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from shared_factory import CAMPAIGN

from stillwatch.core.indicator import Certainty, Form, IndicatorKind
from stillwatch.intel.misp_read_indicator import Around, facts_of, read_attribute, read_object
from stillwatch.intel.misp_received import Attribute, Tag

_AT = datetime(2026, 9, 3, tzinfo=UTC)
_AROUND = Around(CAMPAIGN, _AT, timedelta(days=30), 30, is_ours=False)
_UUID = "9f1d1f3e-2f64-4d2e-8a52-0b3f6b1c7a01"


@pytest.mark.parametrize(
    ("tags", "confidence", "certainty"),
    [
        ((), None, None),
        (('llm-distillation:confidence="42"', 'llm-distillation:certainty="inferred"'), 42, Certainty.INFERRED),
        (('misp:confidence-level="usually-confident"',), 75, None),
        (('admiralty-scale:information-credibility="2"',), 70, None),
        (('admiralty-scale:information-credibility="6"',), None, None),
        (('llm-distillation:confidence="42"', 'misp:confidence-level="unconfident"'), 42, None),
        (('llm-distillation:confidence="999"',), 100, None),
        (('llm-distillation:certainty="sure"', 'llm-distillation:confidence="x"'), None, None),
    ],
)
def test_tags_say_how_sure_something_is(tags, confidence, certainty):
    assert facts_of([Tag(one) for one in tags]) == (confidence, certainty)


def test_of_others_the_last_day_seen_is_no_end():
    seen = Attribute(type="domain", value="a.example", uuid=_UUID, to_ids=True, last_seen="2026-08-01T00:00:00+00:00")
    one = read_attribute(seen, _AROUND)
    assert one is not None
    assert one.valid_until == _AT + timedelta(days=30)
    ours = read_attribute(seen, _AROUND._replace(is_ours=True, at=datetime(2026, 7, 1, tzinfo=UTC)))
    assert ours is not None
    assert ours.valid_until == datetime(2026, 8, 1, tzinfo=UTC)


def test_a_pattern_of_stix_is_what_it_says_under_its_own_id():
    pattern = "[x-stillwatch-key:kind = 'email' AND x-stillwatch-key:form = 'oprf' AND x-stillwatch-key:value = 'ab']"
    said = Attribute(type="stix2-pattern", value=pattern, object_relation="stix2-pattern")
    one = read_object("stix2-pattern", _UUID, [said], _AROUND)
    assert one is not None
    assert (one.id, one.kind, one.form, one.value) == (f"indicator--{_UUID}", IndicatorKind.EMAIL, Form.OPRF, "ab")


def test_the_id_that_a_conversion_wrote_down_is_kept():
    named = "indicator--00000003-7f0e-4c61-9f6b-3f0c5f3e2d1a"
    said = Attribute(type="domain", value="a.example", uuid=_UUID, to_ids=True, comment=f"Indicator ID: {named} - x")
    one = read_attribute(said, _AROUND)
    assert one is not None
    assert one.id == named


def test_an_object_of_another_kind_is_none():
    assert read_object("file", _UUID, [], _AROUND) is None
    assert read_object("user-account", _UUID, [], _AROUND) is None
