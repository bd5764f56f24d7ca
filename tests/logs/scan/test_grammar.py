"""What passes the grammar is what `orjson` reads, and means the same; it may pass less, never more."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.logs.scan.grammar import SLACK, Kind, copy_bytes, copy_text, value_end


def _buffer(text: bytes) -> np.ndarray:
    return np.frombuffer(text, np.uint8)


def _end(text: bytes) -> tuple[int, Kind]:
    end, kind = value_end(_buffer(text), 0, len(text))
    return end, Kind(kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"null", Kind.NULL),
        (b"true", Kind.TRUE),
        (b"false", Kind.FALSE),
        (b"-17", Kind.INT),
        (b"0.5e-7", Kind.FLOAT),
        (b'"plain text"', Kind.TEXT),
        (b'"\\ud83d\\ude00"', Kind.ESCAPED),
        (b'{"a": [1, {"b": []}], "c": {}}', Kind.OBJECT),
        (b"[ ]", Kind.ARRAY),
    ],
)
def test_each_kind_ends_where_it_ends(text: bytes, kind: Kind) -> None:
    assert _end(text + b" ,") == (len(text), kind)


@pytest.mark.parametrize(
    "text",
    [
        b"nul",
        b"trux",
        b"01",
        b"-",
        b"-0",
        b"1.",
        b".5",
        b"1e",
        b"1e400",
        b'"a',
        b'"\t"',
        b'"\\x"',
        b'"\\ud800"',
        b'"\\udc00"',
        b"[1,]",
        b"[,1]",
        b"{1:2}",
        b'{"a" 1}',
        b'{"a":1,}',
        b'{"\\u0061":1}',
        b"[" * 99 + b"]" * 99,
        b"]",
    ],
)
def test_what_is_malformed_or_beyond_us_does_not_pass(text: bytes) -> None:
    assert _end(text)[0] == -1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=8), st.sampled_from([b'{"a":[%s]}', b'"%s"', b"%s", b"[%s, 1.5]"]))
def test_nothing_passes_that_orjson_refuses(put: bytes, around: bytes) -> None:
    text = around.replace(b"%s", put)
    if text and text.isascii() and _end(text)[0] == len(text):
        orjson.loads(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_strings_say_what_orjson_reads(text: str, is_ascii: bool) -> None:
    import json

    written = json.dumps(text, ensure_ascii=is_ascii).encode()
    out = np.zeros(len(written) + SLACK, np.uint8)
    place = copy_text(_buffer(written), 1, len(written) - 1, out, 0)
    assert (out[:place].tobytes().decode(), _end(written)[0]) == (text, len(written))
    assert out[: copy_bytes(_buffer(written), 0, len(written), out, 0)].tobytes() == written
