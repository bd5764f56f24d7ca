"""Members write one thing alike; what cannot be compared is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.private_input import private_input

_EMAIL, _PHONE, _PAYMENT = IndicatorKind.EMAIL, IndicatorKind.PHONE, IndicatorKind.PAYMENT
_DEVICE, _ACCOUNT, _TEMPLATE = IndicatorKind.DEVICE, IndicatorKind.ACCOUNT, IndicatorKind.TEMPLATE


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (_EMAIL, "Ada.K+x@GMAIL.com", "adak@googlemail.com"),
        (_EMAIL, "ada@bücher.example", "ADA@xn--bcher-kva.example"),
        (_EMAIL, "\uff41da@example.org", "ada@example.org"),
        (_PHONE, "+49 (30) / 123-45 67", "0049301234567"),
        (_PHONE, "+1 (212) 555\u20110100", "+12125550100"),
        (_PAYMENT, "4111 1111 1111 1111", "4111-1111-1111-1111"),
        (_PAYMENT, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (_PAYMENT, "500100000000000000000000000ab", "500100000000000000000000000AB"),
        (_PAYMENT, "PayPal:ada", "paypal:ada"),
        (_DEVICE, "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "3f2504e04f8911d39a0c0305e82c3301"),
        (_DEVICE, "00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e"),
        (_ACCOUNT, " acct-1 ", "acct-1"),
        (_TEMPLATE, "0123456789abcdef/4/-77", "0123456789abcdef/04/-77"),
    ],
)
def test_one_thing_has_one_form(kind: IndicatorKind, one: str, other: str) -> None:
    assert private_input(kind, one) == private_input(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (_EMAIL, "a.b@example.org", "ab@example.org"),
        (_ACCOUNT, "Acct-1", "acct-1"),
        (_DEVICE, "Ada's laptop", "ada's laptop"),
        (_PAYMENT, "card:1", "iban:1"),
        (_TEMPLATE, "0123456789abcdef/4/77", "fedcba9876543210/4/77"),
    ],
)
def test_two_things_have_two(kind: IndicatorKind, one: str, other: str) -> None:
    assert private_input(kind, one) != private_input(kind, other)


def test_the_same_text_of_two_kinds_is_two_things() -> None:
    assert private_input(_ACCOUNT, "4930123456789") != private_input(_DEVICE, "4930123456789")


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (_EMAIL, "5e884898da28047151d0e56f8dc6292773603d0d", "no mail address"),
        (_EMAIL, "a@b", "no mail address"),
        (_EMAIL, f"a@{'x' * 64}.org", "no domain"),
        (_PHONE, "030 1234567", "no international phone number"),
        (_PHONE, "+49 30", "no international phone number"),
        (_PHONE, "+49 30 1234567 ext 3", "no international phone number"),
        (_PAYMENT, "fp_8sH2kQ", "no payment instrument"),
        (_PAYMENT, "4111111111111112", "no payment instrument"),
        (_PAYMENT, "DE89370400440532013001", "no payment instrument"),
        (_TEMPLATE, "77", "no key of a template"),
        (_ACCOUNT, " ", "no account to compare"),
        (_ACCOUNT, "a\x00b", "no account to compare"),
        (_ACCOUNT, "a" * 513, "no account to compare"),
        (IndicatorKind.ADDRESS, "192.0.2.1", "address is not compared in private"),
    ],
)
def test_what_others_would_write_otherwise_is_refused(kind: IndicatorKind, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        private_input(kind, text)


@given(kind=st.sampled_from(IndicatorKind), text=st.text(max_size=80))
def test_whatever_comes_it_is_a_form_or_refused(kind: IndicatorKind, text: str) -> None:
    try:
        made = private_input(kind, text)
    except InputError:
        return
    assert made.startswith(b"stillwatch/1\0" + kind.encode() + b"\0")
