"""Whatever is done to a bundle, it is read or refused, and nothing else is raised."""

from __future__ import annotations

import contextlib
from typing import Any

import hypothesis.strategies as st
import orjson
import pytest
from hypothesis import given, settings
from shared_factory import NOW, campaign, every_kind

from stillwatch.core.errors import InputError
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle

_SENT = write_bundle(campaign(indicators=every_kind()))
_COUNT = len(orjson.loads(_SENT)["objects"])
_PLAIN = st.one_of(
    *(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    st.sampled_from(
        ["2026-13-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00"]
    ),
    st.sampled_from([campaign().id, campaign().producer_id, "revoked", "[x]", "[a:b = 'c']"]),
)
_VALUES = st.recursive(
    _PLAIN,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.sampled_from("ab"), some, max_size=3),
    max_leaves=5,
)


def changed(value: Any, path: list[int], new: Any) -> Any:
    """The value with something else in one place; the path picks a child at each level, and ends early."""
    if not path or not isinstance(value, dict | list) or not value:
        return new
    place = path[0] % len(value)
    if isinstance(value, list):
        return [changed(one, path[1:], new) if number == place else one for number, one in enumerate(value)]
    return {
        key: changed(one, path[1:], new) if number == place else one for number, (key, one) in enumerate(value.items())
    }


@settings(max_examples=150)
@given(st.integers(0, _COUNT - 1), st.lists(st.integers(0, 40), min_size=1, max_size=4), _VALUES)
def test_one_value_changed(place: int, path: list[int], new: Any) -> None:
    sent = orjson.loads(_SENT)
    sent["objects"][place] = changed(sent["objects"][place], path, new)
    for one in read_bundle(orjson.dumps(sent)).campaigns:
        assert one.first_seen <= one.last_seen
        assert all(each.campaign_id == one.id for each in one.indicators)


@settings(max_examples=100)
@given(st.integers(0, len(_SENT) - 1), st.binary(min_size=1, max_size=6))
def test_some_bytes_changed(place: int, new: bytes) -> None:
    with contextlib.suppress(InputError):
        read_bundle(_SENT[:place] + new + _SENT[place + len(new) :])


@settings(max_examples=50)
@given(st.integers(0, len(_SENT) - 1))
def test_cut_off(place: int) -> None:
    with pytest.raises(InputError):
        read_bundle(_SENT[:place])


@settings(max_examples=30)
@given(st.lists(st.integers(0, _COUNT - 1), max_size=_COUNT))
def test_objects_left_out_and_doubled(kept: list[int]) -> None:
    objects = orjson.loads(_SENT)["objects"]
    read = read_bundle(orjson.dumps({"type": "bundle", "objects": [objects[one] for one in kept]}))
    assert read.refused == ()
    assert all(one.version_at <= NOW for one in read.campaigns)
