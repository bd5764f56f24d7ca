from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.evidence.split_view import Shown
from stillwatch.evidence.told_heads import MOST_BYTES, ToldBeginning, ToldHeads, read_told_heads, write_told_heads

_HASHES = st.binary(min_size=32, max_size=32)
_BEGINNINGS = st.builds(
    lambda origin, old, more, root, path: ToldBeginning(origin, old, old + more, Shown(root, tuple(path))),
    *(st.text(max_size=9), st.integers(1, 1 << 40), st.integers(1, 1 << 40), _HASHES, st.lists(_HASHES, max_size=4)),
)


@given(notes=st.lists(st.text(max_size=30), max_size=4), beginnings=st.lists(_BEGINNINGS, max_size=3))
def test_what_is_told_is_heard(notes: list[str], beginnings: list[ToldBeginning]) -> None:
    told = ToldHeads(tuple(note.encode() for note in notes), tuple(beginnings))
    assert read_told_heads(write_told_heads(told)) == told


_BEGINNING = {"origin": "log", "old": 1, "size": 2, "root": "A" * 43 + "=", "path": []}


@pytest.mark.parametrize(
    "change",
    [
        *({"old": 0}, {"old": 2}, {"old": True}, {"size": 1 << 60}, {"root": "AAAA"}, {"path": ["A" * 43 + "="] * 65}),
        *({"path": [7]}, {"root": "?"}),
    ],
    ids=str,
)
def test_a_beginning_that_is_none_is_refused(change: dict[str, object]) -> None:
    plain = {"schema": "stillwatch.checkpoints/1", "checkpoints": [], "beginnings": [_BEGINNING]}
    assert len(read_told_heads(json.dumps(plain).encode()).beginnings) == 1
    with pytest.raises(InputError):
        read_told_heads(json.dumps({**plain, "beginnings": [{**_BEGINNING, **change}]}).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"schema":"stillwatch.checkpoints/2"}', b" " * (MOST_BYTES + 1)],
    ids=["nothing", "empty", "a list", "another version", "too much"],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_told_heads(data)
