"""What engines write is read, also where it is not quite JSON, and written again."""

from __future__ import annotations

import pytest

from stillwatch.wire.loose_json import read_json, write_json

READ = {
    "plain": (b'{"a":[1,"\xc3\xa9"]}', {"a": [1, "é"]}),
    "infinity": (b'{"a":-Infinity}', {"a": float("-inf")}),
    "half of a pair": (b'{"a":"\\ud83d"}', {"a": "\ud83d"}),
}


@pytest.mark.parametrize("name", READ)
def test_reads_what_engines_write(name: str) -> None:
    text, value = READ[name]
    assert read_json(text) == value


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 200_000])
def test_refuses_what_is_none(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_json(text)


@pytest.mark.parametrize("value", [{"a": "é"}, {"a": "\ud83d"}, {"a": 2**70}])
def test_writes_what_was_read(value: object) -> None:
    assert read_json(write_json(value)) == value
