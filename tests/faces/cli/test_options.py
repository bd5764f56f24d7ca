"""Texts of the command line that become values."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from stillwatch.faces.cli.options import Moment, Size, Span

_MAY = 1_777_593_600 * 10**9


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("2026-05-01", _MAY),
        ("2026-05-01T00:00", _MAY),
        ("2026-05-01T02:00+02:00", _MAY),
        ("2026-05-01T00:00:00.000001Z", _MAY + 1000),
        ("1969-12-31T23:59:59", -(10**9)),
    ],
)
def test_moment(text: str, time_ns: int) -> None:
    assert Moment().convert(text, None, None) == time_ns


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("3G", 3 << 30), ("512M", 512 << 20), ("1.5 GiB", 3 << 29), ("100kb", 100 << 10), ("42", 42), ("1t", 1 << 40)],
)
def test_size(text: str, size_bytes: int) -> None:
    assert Size().convert(text, None, None) == size_bytes


@pytest.mark.parametrize(("kind", "text"), [(Moment(), "soon"), (Size(), "much"), (Size(), "")])
def test_nonsense_is_refused(kind: click.ParamType, text: str) -> None:
    with pytest.raises(click.BadParameter):
        kind.convert(text, None, None)


def test_spans_are_read_in_seconds_minutes_hours_and_days():
    read = [Span().convert(text, None, None) for text in ("90s", "5m", "1.5h", "30d")]
    assert read == [timedelta(seconds=90), timedelta(minutes=5), timedelta(hours=1.5), timedelta(days=30)]


@pytest.mark.parametrize("text", ["5", "0m", "-1h", "soon", ""])
def test_what_is_no_span_says_how_to_write_one(text):
    with pytest.raises(click.BadParameter, match="write 90s, 5m, 6h or 30d"):
        Span().convert(text, None, None)
