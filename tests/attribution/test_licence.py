"""A licence says the same after it was signed and read, and one that grants nothing or everything is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from licensed import KEY, NOW, OTHER, PUBLIC, licence
from stillwatch.attribution.licence import KIND, read_licence, why_not, write_licence
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.licence import Used
from stillwatch.signing.jws import write_jws


def test_a_licence_is_read_as_it_was_written() -> None:
    assert read_licence(write_licence(licence(), KEY), [PUBLIC]) == licence()
    with pytest.raises(VerificationError):
        read_licence(write_licence(licence(), OTHER), [PUBLIC])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"id": "../g"}, "cannot name a licence"),
        ({"accounts": ()}, "without accounts"),
        ({"teachers": ("",)}, "without a model"),
        ({"purpose": ""}, "without licensee or purpose"),
        ({"valid_until": datetime(2026, 1, 1, tzinfo=UTC)}, "ends before it begins"),
        ({"valid_until": datetime(2262, 1, 1, tzinfo=UTC)}, "beyond what clocks count"),
    ],
)
def test_what_is_no_licence_is_not_signed(change: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        write_licence(licence(**change), KEY)


@pytest.mark.parametrize(
    "claims",
    [{}, {"jti": 5}, {"distillation": []}, {"exp": -1}, {"exp": 1e400}],
)
def test_other_claims_are_no_licence(claims: dict[str, Any]) -> None:
    whole = {"jti": "g-1", "iss": "i", "sub": "s", "iat": 1, "nbf": 1, "exp": 2, "distillation": {}}
    with pytest.raises(InputError, match=r"signed, and no licence|no JSON"):
        read_licence(write_jws(whole | claims, KIND, KEY), [PUBLIC])


@pytest.mark.parametrize(
    ("change", "used", "revoked", "because"),
    [
        ({}, Used(), (), ""),
        ({}, Used(5, 5, 999), (), ""),
        ({}, Used(5, 5, 1000), (), "its 1,000 tokens are used"),
        ({"most_prompts": 5}, Used(5, 5, 5), (), "its 5 prompts are used"),
        ({"most_tokens": 0}, Used(5, 5, 10**9), (), ""),
        ({}, Used(), ("g-1",), "it was revoked"),
        ({}, Used(), ("g-2",), ""),
        ({"valid_from": datetime(2026, 7, 1, tzinfo=UTC)}, Used(), (), "it begins on 2026-07-01 00:00Z"),
        ({"valid_until": NOW}, Used(), (), "it ended on 2026-06-01 00:00Z"),
    ],
)
def test_why_one_is_not_in_force(change: dict[str, Any], used: Used, revoked: tuple[str, ...], because: str) -> None:
    assert why_not(licence(**change), at=NOW, revoked=frozenset(revoked), used=used) == because
