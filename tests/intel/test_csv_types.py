"""Words for types in published tables."""

from __future__ import annotations

import pytest

from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.csv_types import KINDS, Typed, kind_of, plain, word_of


@pytest.mark.parametrize(
    ("word", "value", "typed"),
    [
        ("domain", "Relay[.]example", Typed(IndicatorKind.DOMAIN, "relay.example")),
        ("hostname", "a.relay(.)example.", Typed(IndicatorKind.DOMAIN, "a.relay.example")),
        ("ipv4", "192.0.2.7", Typed(IndicatorKind.ADDRESS, "192.0.2.7")),
        ("IPv6 addr", "2001:DB8[:]:7", Typed(IndicatorKind.ADDRESS, "2001:db8::7")),
        ("ip", "192.0.2.0/24", Typed(IndicatorKind.PREFIX, "192.0.2.0/24")),
        ("CIDR", "192.0.2.7/32", Typed(IndicatorKind.ADDRESS, "192.0.2.7")),
        ("account", "user_01[.]x", Typed(IndicatorKind.ACCOUNT, "user_01[.]x")),
        ("ASN", "AS64500", Typed(IndicatorKind.ASN, "64500")),
        ("sha256", "ab" * 32, Typed(IndicatorKind.OTHER, f"sha256:{'ab' * 32}")),
        ("Telegram-ID", "12", Typed(IndicatorKind.OTHER, "telegramid:12")),
        ("", "192.0.2[.]7", Typed(IndicatorKind.ADDRESS, "192.0.2.7")),
        ("", "relay.example", Typed(IndicatorKind.DOMAIN, "relay.example")),
        ("", "someone[@]relay.example", Typed(IndicatorKind.EMAIL, "someone@relay.example")),
        ("", "what is this", Typed(IndicatorKind.OTHER, "value:what is this")),
    ],
)
def test_a_value_is_what_its_publisher_calls_it(word, value, typed):
    assert kind_of(word, value) == typed


@pytest.mark.parametrize(("word", "value"), [("ipv4", "relay.example"), ("domain", "no name"), ("cidr", "1.2.3.4/99")])
def test_what_is_not_what_it_is_called_is_refused(word, value):
    with pytest.raises(ValueError, match=r"name|network|address"):
        kind_of(word, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((kind, "x.example") for kind in sorted(set(KINDS.values()) - {IndicatorKind.ADDRESS, IndicatorKind.PREFIX})),
        (IndicatorKind.ADDRESS, "2001:db8::7"),
        (IndicatorKind.PREFIX, "192.0.2.0/24"),
        (IndicatorKind.OTHER, "telegram:12:34"),
        (IndicatorKind.OTHER, "domain:looks like a type"),
        (IndicatorKind.OTHER, "Two Words: and more"),
    ],
)
def test_every_kind_has_a_word_that_is_read_as_it(kind, value):
    assert kind_of(*word_of(kind, value)) == Typed(kind, value)


def test_words_are_compared_without_case_and_punctuation():
    assert plain("Indicator_Type ") == plain("indicator-type") == "indicatortype"
