"""Whether a list is whole; a well-known company was once absent (https://github.com/moov-io/watchman/issues/326)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from listed import listed

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.list_checks import has_shrunk, missing_ids, oddities
from stillwatch.screening.list_format import ReadList, Refused
from stillwatch.screening.list_shelf import list_formats

_FORMAT = replace(list_formats()[0], least={"organisation": (2, 3), "person": (0, 1)})


def read(organisations: int, persons: int = 0, unknown: int = 0) -> ReadList:
    kinds = (EntityType.ORGANISATION, EntityType.PERSON, EntityType.UNKNOWN)
    counted = zip(kinds, (organisations, persons, unknown), strict=True)
    plain = [kind for kind, count in counted for _ in range(count)]
    return ReadList(
        entities=tuple(listed("Orrin", source_id=str(number), entity_type=kind) for number, kind in enumerate(plain))
    )


def test_a_known_id_that_is_missing_is_named() -> None:
    assert missing_ids(read(2), ["0", "TEST:1", "TEST:7", "8"]) == ("TEST:7", "8")


@pytest.mark.parametrize(
    ("counts", "is_odd"), [((2, 1), False), ((1, 0), True), ((4, 0), True), ((2, 2), True), ((1, 0, 1), False)]
)
def test_an_implausible_size_is_odd(counts: tuple[int, ...], is_odd: bool) -> None:
    assert bool(oddities(read(*counts), _FORMAT, 0)) == is_odd


def test_a_list_that_shrank_may_be_cut_off() -> None:
    assert (has_shrunk(read(8), 10), has_shrunk(read(9), 10), has_shrunk(read(3), 0)) == (True, False, False)


def test_entries_not_read_and_ids_that_stand_twice_are_odd() -> None:
    twice = replace(read(2), entities=read(2).entities + read(1).entities, refused=(Refused("a.csv:7", "no name"),))
    assert oddities(twice, _FORMAT, 0) == (
        "1 entries could not be read; the first: a.csv:7: no name",
        "1 ids stand twice, such as TEST:0",
    )
