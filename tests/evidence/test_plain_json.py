from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evidence.plain_json import read_plain


def test_what_all_readers_read_alike_is_read() -> None:
    assert read_plain('{"a": [1, -9007199254740991, 1.5, null, "é"]}'.encode()) == {
        "a": [1, -9007199254740991, 1.5, None, "é"]
    }


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b'{"a":1,"a":1}', b'{"b":{"a":1,"a":2}}', b"NaN", b"-Infinity", b"9007199254740992", b'"\xff"'),
        pytest.param(b"1" * 5000, id="long"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_what_two_readers_may_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_plain(data, "file")
