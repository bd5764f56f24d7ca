from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.stix_pattern import Said, asn_number, pattern_of, read_pattern

_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
_CLEAR = st.sampled_from([IndicatorKind.ACCOUNT, IndicatorKind.DOMAIN, IndicatorKind.USER_AGENT, IndicatorKind.TLS_JA4])


@given(_CLEAR, _TEXT)
def test_what_is_written_in_clear_is_read(kind: IndicatorKind, value: str) -> None:
    assert read_pattern(pattern_of(Said(kind, value))) == Said(kind, value)


@given(st.sampled_from(IndicatorKind), st.sampled_from([Form.SALTED, Form.OPRF, Form.PAIRWISE]), _TEXT, _TEXT)
def test_what_is_written_under_a_key_is_read(kind: IndicatorKind, form: Form, value: str, key_id: str) -> None:
    said = Said(kind, value, form, key_id, 4 if kind is IndicatorKind.TEMPLATE else 0)
    assert read_pattern(pattern_of(said)) == said


@given(_CLEAR, _TEXT)
def test_the_reference_parser_takes_it(kind: IndicatorKind, value: str) -> None:
    patterns = pytest.importorskip("stix2patterns.v21.pattern", reason="stix2-patterns is not installed")
    found = patterns.Pattern(pattern_of(Said(kind, value))).inspect().comparisons
    assert len(found) == 1


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[ipv4-addr:value = '192.0.2.1']", Said(IndicatorKind.ADDRESS, "192.0.2.1")),
        ("[ipv6-addr:value='2001:db8::/32']", Said(IndicatorKind.PREFIX, "2001:db8::/32")),
        ("[autonomous-system:number = 64500]", Said(IndicatorKind.ASN, "64500")),
        (
            "[network-traffic:src_ref.type = 'ipv4-addr' AND network-traffic:src_ref.value = '192.0.2.1']",
            Said(IndicatorKind.ADDRESS, "192.0.2.1"),
        ),
        ("[user-agent:string = 'x']", Said(IndicatorKind.USER_AGENT, "x")),
        ("[user-account:user_id = 'a']", Said(IndicatorKind.ACCOUNT, "a")),
        ("[file:hashes.'SHA-256' = 'ab']", Said(IndicatorKind.OTHER, "ab")),
        (r"[domain-name:value = 'a\'b\\c']", Said(IndicatorKind.DOMAIN, r"a'b\c")),
    ],
)
def test_others_write_it_so(pattern: str, said: Said) -> None:
    assert read_pattern(pattern) == said


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[]",
        "[domain-name:value = 'a'",
        "[domain-name:value != 'a']",
        "[domain-name:value LIKE 'a%']",
        "[domain-name:value = 'a' OR domain-name:value = 'b']",
        "[domain-name:value = 'a'] AND [domain-name:value = 'b']",
        "[domain-name:value = 'a'] WITHIN 5 SECONDS",
        "[domain-name:value = 'a' AND ipv4-addr:value = '192.0.2.1']",
        "[domain-name:value = 'a' AND domain-name:value = 'b']",
        "[user-account:account_type = 'llm-api']",
        "[ipv4-addr:value = 'nowhere']",
        "[x-stillwatch-key:kind = 'nothing' AND x-stillwatch-key:value = 'a']",
        "(" * 5000,
        "[domain-name:value = '" + "\\" * 9999,
    ],
)
def test_more_than_one_thing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|not a valid"):
        read_pattern(pattern)


@pytest.mark.parametrize(("text", "number"), [("64500", 64500), ("as64500", 64500), ("AS", 0), ("²", 0), ("x", 0)])
def test_numbers_of_networks(text: str, number: int) -> None:
    assert asn_number(text) == number
