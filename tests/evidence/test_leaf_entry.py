from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.leaf_entry import digest_of, digest_of_file, entry_of, read_entry

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = st.text(st.characters(exclude_categories=("Cs",)))


@given(st.sampled_from(LeafKind), st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)), _TEXT)  # noqa: DTZ001  # the strategy adds it
def test_what_is_noted_is_read(kind: LeafKind, noted_at: datetime, about: str) -> None:
    leaf = Leaf(kind=kind, sha256="ab" * 32, noted_at=noted_at, about=about)
    assert read_entry(entry_of(leaf)) == leaf


def test_a_digest_is_that_of_rfc_8785_whatever_the_order() -> None:
    one = {"b": [1, 2.5, 1e21], "a": "€"}
    assert digest_of(one) == digest_of(dict(reversed(one.items())))
    assert digest_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    for wrong in (float("nan"), 2**60):
        with pytest.raises(InputError, match="cannot be sealed"):
            digest_of({"a": wrong})


def test_a_file_is_digested_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert digest_of_file(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


_GOOD = entry_of(Leaf(kind=LeafKind.SHARE, sha256="ab" * 32, noted_at=datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"[]",
        b"\xff",
        _GOOD + b" ",
        _GOOD.replace(b"share", b"shard"),
        _GOOD.replace(b"abab", b"ABab"),
        _GOOD.replace(b"leaf/1", b"leaf/2"),
        _GOOD.replace(b"2026-01", b"2026-13"),
        json.dumps(json.loads(_GOOD) | {"more": 1}, sort_keys=True).encode(),
        json.dumps(json.loads(_GOOD)).encode(),
    ],
)
def test_what_is_no_leaf_is_refused(entry: bytes) -> None:
    with pytest.raises(VerificationError):
        read_entry(entry)
