"""Files of who owns whom."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.holding import Holding
from stillwatch.service.screening.read_holdings import party_key, read_holdings

_HEADER = b"owned,owner,share,owner_type,valid_from,valid_until,source\n"


def test_parties_are_accounts_entries_or_names() -> None:
    text = b"a-1,SDN:7,60%,,2024-01-01,,register\nORRIN Works,Mira Kestrel,,person,,2026-01-01,\n"
    found = read_holdings(_HEADER + text, "owners.csv", {"SDN:7"}, {"a-1"})
    orrin, mira = "party:orrin works", "party:mira kestrel"
    assert found.holdings == (
        Holding(owner="SDN:7", owned="account:a-1", share=0.6, valid_from="2024-01-01", source="register"),
        Holding(owner=mira, owned=orrin, share=None, valid_until="2026-01-01", source="owners.csv:3"),
    )
    assert found.names == {orrin: "ORRIN Works", mira: "Mira Kestrel"}
    assert found.persons == {mira}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"owned,owner,shares\n", "did you mean 'share'"),
        (b"owned\n", "columns owner are missing"),
        (_HEADER + b"a,b,most,,,,\n", "'most' is no share"),
        (_HEADER + b"a,,,,,,\n", "owned or owner is empty"),
    ],
)
def test_a_mistake_is_named(text: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_holdings(text, "owners.csv", set(), set())


def test_names_are_one_where_they_are_written_in_one_way() -> None:
    assert party_key("Orrin  WORKS", set(), set()) == party_key("orrin works", set(), set())
