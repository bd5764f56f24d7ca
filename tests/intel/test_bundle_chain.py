"""A row of bundles: what comes next, again, late, too early, and what is of another row."""

from __future__ import annotations

import pytest

from stillwatch.intel.bundle_chain import Link, Place, missing, place_of

_ROW = {number: Link(number, f"s{number}", f"s{number - 1}" if number > 1 else "") for number in range(1, 9)}


def some(*numbers: int) -> dict[int, Link]:
    return {number: _ROW[number] for number in numbers}


@pytest.mark.parametrize(
    ("imported", "one", "place"),
    [
        (some(), _ROW[1], Place.NEXT),
        (some(1, 2), _ROW[3], Place.NEXT),
        (some(1, 2), _ROW[2], Place.REPEATED),
        (some(1, 2), _ROW[1], Place.REPEATED),
        (some(1, 2), _ROW[5], Place.GAP),
        (some(), _ROW[4], Place.GAP),
        (some(), _ROW[4]._replace(is_complete=True), Place.RESTART),
        (some(1, 2), _ROW[5]._replace(is_complete=True), Place.RESTART),
        (some(1, 4), _ROW[2], Place.LATE),
        (some(1, 4), _ROW[3], Place.LATE),
        (some(4), _ROW[2], Place.LATE),
        (some(1, 2), _ROW[2]._replace(sha256="x"), Place.FORKED),
        (some(1, 2), _ROW[3]._replace(previous="x"), Place.FORKED),
        (some(1, 2), _ROW[3]._replace(previous="x", is_complete=True), Place.FORKED),
        (some(1, 4), _ROW[3]._replace(sha256="x"), Place.FORKED),
        (some(1, 4), _ROW[2]._replace(previous="x"), Place.FORKED),
    ],
)
def test_where_a_bundle_stands(imported: dict[int, Link], one: Link, place: Place) -> None:
    assert place_of(imported, one) is place


def test_what_is_missing_is_said_in_spans_however_far_the_number() -> None:
    assert missing(some(1, 2), 3) == ()
    assert missing(some(1, 2, 5, 8), 9) == ((3, 4), (6, 7))
    assert missing(some(3, 4), 8) == ((5, 7),)
    assert missing(some(), 4) == ((1, 3),)
    assert missing(some(), 1) == ()
    assert missing(some(1, 5), 4) == ((2, 3),)
    assert missing(some(1), 2**53) == ((2, 2**53 - 1),)
