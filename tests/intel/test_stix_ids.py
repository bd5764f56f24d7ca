from __future__ import annotations

import uuid

import hypothesis.strategies as st
import pytest
from hypothesis import given

from stillwatch.intel.stix_ids import derived_id, is_id, observable_id

stix2 = pytest.importorskip("stix2", reason="stix2 is not installed")


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_an_observable_has_the_id_that_the_reference_library_gives(value: str) -> None:
    assert observable_id("domain-name", {"value": value}) == stix2.DomainName(value=value).id
    account = stix2.UserAccount(account_type="llm-api", user_id=value)
    assert observable_id("user-account", {"user_id": value, "account_type": "llm-api"}) == account.id


def test_so_has_one_with_a_number() -> None:
    assert observable_id("autonomous-system", {"number": 64500}) == stix2.AutonomousSystem(number=64500).id


@given(st.text(), st.text())
def test_a_derived_id_is_of_version_four(left: str, right: str) -> None:
    made = uuid.UUID(derived_id("note", left, right).removeprefix("note--"))
    assert (made.version, made.variant) == (4, uuid.RFC_4122)


def test_parts_are_not_run_together() -> None:
    assert derived_id("note", "ab", "c") != derived_id("note", "a", "bc")


@pytest.mark.parametrize(
    ("text", "kind", "is_one"),
    [
        ("note--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b", "", True),
        ("note--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b", "note", True),
        ("note--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b", "campaign", False),
        ("note--3B1D5E9A-7c2f-4d8e-9a6b-5c4d3e2f1a0b", "", False),
        ("note--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b\n", "", False),
        ("3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b", "", False),
    ],
)
def test_what_is_an_id(text: str, kind: str, is_one: bool) -> None:
    assert is_id(text, kind) is is_one
