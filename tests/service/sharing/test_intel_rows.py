"""Which indicators become standings, as what, and why the others do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from received_rows import HERE, LAB_A, LAB_B, NOW, peers
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.provenance import Stance
from stillwatch.core.request_facts import KeyName
from stillwatch.service.sharing.intel_rows import Held, intel_rows
from stillwatch.service.sharing.peers import Peers, Producer

AT = NOW.timestamp()
DAY_S = 86_400.0
PEERS = Peers(
    identity=HERE,
    producers={LAB_A: Producer(id=LAB_A), LAB_B: Producer(id=LAB_B, is_heard=True)},
)


def held(value: str = "198.51.100.7", kind: str = "address", **other: Any) -> Held:
    usual: dict[str, Any] = {
        "id": "indicator--1",
        "kind": kind,
        "value": value,
        "form": "clear",
        "key_id": "",
        "template_kind": 0,
        "confidence": 90,
        "valid_from": AT - DAY_S,
        "valid_until": AT + 30 * DAY_S,
        "received_at": AT,
        "campaign_id": "campaign--1",
        "producer": LAB_A,
        "producer_name": "Lab A",
        "name": "HEDGEHOG",
        "campaign_confidence": 80,
        "campaign_valid_until": AT + 60 * DAY_S,
        "tlp": "amber",
        "pap": "green",
    }
    return Held(**usual | other)


def rows(*ones: Held, said: dict[str, dict[str, Stance]] | None = None, peers: Peers = PEERS) -> Any:
    return intel_rows(ones, said or {}, peers, at=NOW, salt_id="5a17")


def test_a_lead_is_a_trace_that_can_deny_nobody() -> None:
    assert rows(held()).rows == [
        KeyStanding(
            name=KeyName.ADDRESS,
            value="198.51.100.7",
            subject="campaign--1",
            role=Role.TRACE,
            confidence=0.8,
            reason="Lab A tells of 'HEDGEHOG' (address), a lead that nobody here has confirmed",
            since=NOW - timedelta(days=1),
            expires_at=NOW + timedelta(days=30),
            source="intel",
            is_experimental=True,
        )
    ]


@pytest.mark.parametrize(
    ("one", "names"),
    [
        (held("2001:DB8::0:7"), [(KeyName.ADDRESS, "2001:db8::7", 0)]),
        (held("198.51.100.0/24", "prefix"), [(KeyName.PREFIX, "198.51.100", 0)]),
        (held("198.51.100.0/23", "prefix"), [(KeyName.PREFIX, "198.51.100", 0), (KeyName.PREFIX, "198.51.101", 0)]),
        (held("2001:db8:1::/48", "prefix"), [(KeyName.PREFIX, "2001:db8:1::/48", 0)]),
        (held("agent\x1fhost\x1f", "client"), [(KeyName.CLIENT, "agent\x1fhost\x1f", 0)]),
        (held("-7", "template", form="salted", key_id="5a17", template_kind=4), [(KeyName.TEMPLATE, "-7", 4)]),
    ],
)
def test_values_are_written_as_a_guard_sees_them(one: Held, names: list[tuple[KeyName, str, int]]) -> None:
    assert [(row.name, row.value, row.kind) for row in rows(one).rows] == names


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (held("8a1b", "payment"), "matches nothing that a guard sees"),
        (held("x", "address"), "matches nothing that a guard sees"),
        (held("198.51.100.0/30", "address"), "matches nothing that a guard sees"),
        (held("198.51.100.0/28", "prefix"), "matches nothing that a guard sees"),
        (held("198.0.0.0/8", "prefix"), "matches nothing that a guard sees"),
        (held("10.1.2.3"), "matches nothing that a guard sees"),
        (held("::1"), "matches nothing that a guard sees"),
        (held("0.0.0.0/0", "prefix"), "matches nothing that a guard sees"),
        (held("seven", "template", form="salted", key_id="5a17"), "matches nothing that a guard sees"),
        (held("7", "template", form="salted", key_id="0000"), "made under another salt"),
        (held("7", "template"), "made under another salt"),
        (held("a-1", "account"), "an account at another service"),
        (held(form="pairwise"), "only a private match can find it"),
        (held(pap="amber"), "its marking forbids to act on it (PAP)"),
        (held(pap="red"), "its marking forbids to act on it (PAP)"),
        (held(tlp="red"), "its marking keeps it to persons (TLP:RED)"),
        (held(valid_from=AT + 1), "not valid yet"),
    ],
)
def test_what_is_no_row_says_why(one: Held, why: str) -> None:
    assert (rows(one).rows, dict(rows(one).left_out)) == ([], {why: 1})


def test_an_account_is_ours_only_where_the_producer_shares_accounts() -> None:
    account = held("a-1", "account")
    sharing = peers(shares_accounts=True)
    assert [row.role for row in rows(account, peers=sharing).rows] == [Role.REVIEW]
    confirmed = {"indicator--1": {HERE: Stance.CONFIRMS}}
    assert [row.role for row in rows(account, peers=sharing, said=confirmed).rows] == [Role.OPERATOR]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"indicator--1": {HERE: Stance.CONFIRMS}}, False),
        ({"campaign--1": {LAB_B: Stance.CONFIRMS}}, False),
        ({"campaign--1": {LAB_A: Stance.CONFIRMS}}, True),
        ({"campaign--1": {"identity--stranger": Stance.CONFIRMS}}, True),
        ({"campaign--1": {"identity--stranger": Stance.DENIES}}, True),
        ({"campaign--1": {HERE: Stance.INVESTIGATES}}, True),
        ({"campaign--1": {LAB_B: Stance.DENIES}}, "denied"),
        ({"campaign--1": {LAB_B: Stance.DENIES}, "indicator--1": {HERE: Stance.CONFIRMS}}, "disputed"),
    ],
)
def test_whose_word_counts_and_what_it_does(said: dict[str, dict[str, Stance]], expected: bool | str) -> None:
    found = rows(held(), said=said)
    told = [row.is_experimental for row in found.rows]
    assert (told, list(found.left_out)) == (([], [expected]) if isinstance(expected, str) else ([expected], []))


def test_it_ends_with_the_first_of_what_ends_it() -> None:
    short = Peers(longest_days=2)
    ends = [
        rows(held(valid_until=AT + 3 * DAY_S)).rows[0].expires_at,
        rows(held(campaign_valid_until=AT + DAY_S)).rows[0].expires_at,
        rows(held(), peers=short).rows[0].expires_at,
    ]
    assert ends == [NOW + timedelta(days=days) for days in (3, 1, 2)]


def test_of_one_producer_one_value_is_one_row_and_of_two_it_is_two() -> None:
    same = held(id="indicator--2", valid_until=AT + 40 * DAY_S)
    found = rows(held(), same, held(producer=LAB_B)).rows
    assert [row.expires_at for row in found] == [NOW + timedelta(days=40), NOW + timedelta(days=30)]
