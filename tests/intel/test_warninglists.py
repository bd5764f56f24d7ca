"""Warning lists: what many strangers share."""

from __future__ import annotations

import orjson
import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.warninglists import Warninglists, read_warninglist


def lists(kind: str, *entries: object, name: str = "List") -> Warninglists:
    data = orjson.dumps({"name": name, "type": kind, "version": 1, "list": entries})
    return Warninglists((read_warninglist(data, "list.json"),))


@pytest.mark.parametrize(
    ("value", "is_on"),
    [
        ("198.51.100.0", True),
        ("198.51.100.255", True),
        ("198.51.101.0", True),
        ("198.51.99.255", False),
        ("198.51.102.0", False),
        ("2001:db8:0:ffff::1", True),
        ("2001:db9::1", False),
        ("no address", False),
    ],
)
def test_an_address_is_on_a_list_of_blocks_that_hold_it(value, is_on):
    found = lists("cidr", "198.51.100.0/24", "198.51.101.0/24", "2001:db8::/32", "rubbish", 7)
    assert found.names(IndicatorKind.ADDRESS, value) == (("List",) if is_on else ())


@pytest.mark.parametrize(
    ("block", "is_on"),
    [("198.51.100.128/25", True), ("198.51.0.0/16", True), ("198.51.99.0/24", False), ("198.51.101.0/24", False)],
)
def test_a_block_is_on_a_list_that_has_any_part_of_it(block, is_on):
    found = lists("cidr", "198.51.100.0/24")
    assert bool(found.names(IndicatorKind.PREFIX, block)) == is_on


def test_a_domain_is_on_a_list_that_has_it_or_what_is_above_it():
    found = lists("hostname", "Mail.Example", "com")
    assert found.names(IndicatorKind.DOMAIN, "x.mail.example") == ("List",)
    assert found.names(IndicatorKind.DOMAIN, "mail.example.") == ("List",)
    assert found.names(IndicatorKind.DOMAIN, "hotmail.example") == ()
    assert found.names(IndicatorKind.DOMAIN, "shop.com") == ()


def test_single_addresses_of_a_list_of_strings_count():
    assert lists("string", "192.0.2.1").names(IndicatorKind.ADDRESS, "192.0.2.1") == ("List",)


def test_no_list_has_an_account():
    assert lists("string", "a-1").names(IndicatorKind.ACCOUNT, "a-1") == ()


def test_none_and_none_that_has_it_differ():
    assert Warninglists().is_empty
    assert not lists("cidr").is_empty


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"name": "x"}', b'{"name": "x", "type": "regex", "list": []}', b'{"list": [], "type": "cidr"}'],
)
def test_what_is_no_list_is_refused(data):
    with pytest.raises(InputError, match=r"list\.json"):
        read_warninglist(data, "list.json")
