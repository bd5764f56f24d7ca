"""Hashing to 64 bytes, to the group and to scalars; that it is the RFC's the vectors of `test_oprf` show."""

from __future__ import annotations

from stillwatch.intel.oprf_hash import expand, hash_to_group, hash_to_scalar, with_length
from stillwatch.intel.ristretto import load_ristretto


def test_uniform_bytes_depend_on_message_and_tag() -> None:
    made = {expand(message, tag) for message in (b"", b"a", b"ab") for tag in (b"", b"a", b"b")}
    assert len(made) == 9
    assert {len(one) for one in made} == {64}


def test_what_is_hashed_is_in_the_group() -> None:
    group = load_ristretto()
    assert group.is_element(hash_to_group(group, b"a"))
    assert group.is_scalar(hash_to_scalar(group, b"a"))
    assert hash_to_scalar(group, b"a") != hash_to_scalar(group, b"a", b"DeriveKeyPair")


def test_a_part_stands_behind_its_length() -> None:
    assert with_length(b"abc") == b"\x00\x03abc"
