"""Cutting lines: whatever the chunks, no line is lost and each keeps its number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.logs.line_cutter import LineCutter
from stillwatch.logs.pieces import TOO_LARGE, CutLimits, Piece


def cut(content: bytes, size: int, block_bytes: int, most: int) -> list[Piece]:
    cutter = LineCutter(CutLimits("log", block_bytes, most))
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    return [piece for chunk in chunks for piece in cutter.feed(chunk)] + list(cutter.end())


@given(
    st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"-")), max_size=20),
    st.integers(1, 40),
    st.integers(1, 60),
    st.integers(1, 40),
)
def test_every_line_is_delivered_or_rejected_under_its_number(
    lines: list[bytes], size: int, block_bytes: int, most: int
) -> None:
    pieces = cut(b"\n".join(lines), size, block_bytes, most)
    numbered = dict(enumerate(lines, 1))
    delivered = {
        number: line
        for piece in pieces
        for number, line in enumerate(piece.data.removesuffix(b"\n").split(b"\n"), piece.first_line)
        if piece.data
    }
    rejected = {example.line for piece in pieces for found in piece.rejects.examples.values() for example in found}
    total = sum(piece.rejects.total for piece in pieces)
    assert all(numbered.get(number, b"") == line for number, line in delivered.items())
    assert all(len(numbered[number]) > most for number in rejected)
    assert len(delivered.keys() | rejected) >= len([line for line in lines if line]) - max(0, total - len(rejected))
    assert not delivered.keys() & rejected


def test_a_line_past_the_limit_is_skipped_while_streaming() -> None:
    pieces = cut(b"one\n" + b"x" * 1000 + b"\nthree\n", 10, 100, 50)
    assert [(piece.first_line, piece.data) for piece in pieces] == [(1, b"one\n"), (3, b"three\n")]
    assert pieces[1].rejects.counts == {TOO_LARGE: 1}
