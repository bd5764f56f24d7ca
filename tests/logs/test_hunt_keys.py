"""What an indicator looks like in a store."""

from __future__ import annotations

import pyarrow as pa
import pytest

from shared_campaign import indicator
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.salt_id import salt_id
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.hunt_keys import HuntKey, hunt_keys
from stillwatch.logs.sketches import client, network

_SALT = 77


def asked(kind, value, **more):
    return hunt_keys(indicator(kind, value, **more), salt=_SALT, salt_id=salt_id(_SALT))


def stored(sketch, column, **fields):
    """What ingest makes of these fields."""
    batch = pa.record_batch({name: pa.array([fields.get(name)], pa.string()) for name in sketch.reads})
    return sketch.compute(batch, _SALT).columns[column][0].as_py()


def test_an_account_may_be_the_account_or_its_user():
    key = hash_one("a-1", _SALT)
    assert asked(IndicatorKind.ACCOUNT, "a-1") == ((HuntKey("account", 0, key), HuntKey("user", 0, key)), "")


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", "2001:DB8:0:0::7"])
def test_an_address_is_found_as_the_log_spells_it(address):
    key = stored(network.SKETCH, "address_key", client_address=address)
    assert HuntKey("address", 0, key) in asked(IndicatorKind.ADDRESS, address).keys


def test_an_address_is_found_in_its_usual_spelling_too():
    key = stored(network.SKETCH, "address_key", client_address="2001:db8::7")
    assert HuntKey("address", 0, key) in asked(IndicatorKind.ADDRESS, "2001:DB8:0::0007").keys


@pytest.mark.parametrize(
    ("block", "inside", "facets"),
    [
        ("192.0.2.0/24", "192.0.2.9", {"prefix": 1}),
        ("192.0.0.0/22", "192.0.2.9", {"prefix": 4}),
        ("192.0.2.8/30", "192.0.2.9", {"address": 4}),
        ("2001:db8:5::/48", "2001:db8:5:6::7", {"prefix": 1}),
        ("2001:db8:4::/47", "2001:db8:5:6::7", {"prefix": 2}),
        ("2001:db8::8/126", "2001:db8::9", {"address": 4}),
    ],
)
def test_a_block_is_its_neighbourhoods_or_its_addresses(block, inside, facets):
    found = asked(IndicatorKind.PREFIX, block)
    ((facet, count),) = facets.items()
    assert {key.facet for key in found.keys} == {facet}
    assert len(found.keys) == count
    assert found.why == ""
    assert stored(network.SKETCH, f"{facet}_key", client_address=inside) in {key.key for key in found.keys}


@pytest.mark.parametrize("block", ["0.0.0.0/4", "2001:db8::/64", "2000::/12", "nowhere"])
def test_a_block_that_a_store_cannot_tell_is_not_asked_for(block):
    found = asked(IndicatorKind.PREFIX, block)
    assert found.keys == ()
    assert found.why


@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        (IndicatorKind.USER_AGENT, "harness/1", {"user_agent": "harness/1"}),
        (IndicatorKind.TLS_JA4, "t13d", {"tls_ja4": "t13d"}),
        (IndicatorKind.CLIENT, "h/1\x1fa,b\x1ft13d", {"user_agent": "h/1", "header_order": "a,b", "tls_ja4": "t13d"}),
        (IndicatorKind.CLIENT, "h/1\x1fa,b\x1f77af", {"user_agent": "h/1", "header_order": "a,b", "tls_ja3": "77af"}),
        (IndicatorKind.CLIENT, "h/1\x1fa,b\x1f", {"user_agent": "h/1", "header_order": "a,b"}),
    ],
)
def test_a_program_is_found_by_its_key(kind, value, fields):
    key = stored(client.SKETCH, "client_key", **fields)
    assert HuntKey("client", 0, key) in asked(kind, value).keys


def test_a_template_is_found_under_the_salt_that_it_was_made_with():
    more = {"form": Form.SALTED, "template_kind": KeyKind.HEAD}
    assert asked(IndicatorKind.TEMPLATE, "-9", key_id=salt_id(_SALT), **more).keys == (HuntKey("key", 2, -9),)
    assert "another salt" in asked(IndicatorKind.TEMPLATE, "-9", key_id=salt_id(5), **more).why


def test_a_whole_prompt_stands_in_a_column():
    more = {"form": Form.SALTED, "template_kind": KeyKind.EXACT, "key_id": salt_id(_SALT)}
    assert asked(IndicatorKind.TEMPLATE, "9", **more).keys == (HuntKey("exact", 0, 9),)


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        (IndicatorKind.ACCOUNT, "8f3a", {"form": Form.OPRF, "key_id": "e1"}),
        (IndicatorKind.ACCOUNT, "8f3a", {"form": Form.PAIRWISE, "key_id": "p1"}),
        (IndicatorKind.TEMPLATE, "1e5", {"form": Form.SALTED, "key_id": salt_id(_SALT)}),
        (IndicatorKind.TEMPLATE, str(2**63), {"form": Form.SALTED, "key_id": salt_id(_SALT)}),
        (IndicatorKind.ADDRESS, "999.1.1.1", {}),
        (IndicatorKind.ASN, "64500", {}),
        (IndicatorKind.OTHER, "md5:00", {}),
    ],
)
def test_what_cannot_be_asked_says_why(kind, value, more):
    found = asked(kind, value, **more)
    assert found.keys == ()
    assert found.why
