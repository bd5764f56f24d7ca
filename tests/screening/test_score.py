from __future__ import annotations

import pytest
from listed import listed

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.compare_names import compare_names
from stillwatch.screening.query import Query
from stillwatch.screening.read_name import read_name
from stillwatch.screening.score import hit_of, moved

_ADA = listed("QUILL, Ada Mary", weak=("Ada Q",), birth_dates=("1970-03-12",), countries=("FR",))


def hit(query: Query, place: int = 0, least: float = 0.0):
    name = _ADA.names[place]
    compared = compare_names(read_name(query.name), read_name(name.text, EntityType.PERSON))
    return hit_of(query, compared, _ADA, name, least=least)


def test_parts_sum_up_to_the_score_and_say_why() -> None:
    found = hit(Query(name="Ada Quill", country="DE", birth_date="1970", entity_type=EntityType.ORGANISATION))
    assert [part.what for part in found.parts] == ["name", "type", "birth date", "country"]
    assert sum(part.effect for part in found.parts) == pytest.approx(found.score)
    assert all(part.why in found.because for part in found.parts)


def test_a_weak_alias_weighs_less() -> None:
    found = hit(Query(name="Ada Q"), place=1)
    assert [part.what for part in found.parts] == ["name", "alias"]
    assert found.score < found.parts[0].effect


def test_below_the_least_there_is_no_hit() -> None:
    assert hit(Query(name="Bruno Quist"), least=0.7) is None


def test_evidence_moves_a_score_its_way_and_never_past_the_ends() -> None:
    for score in (0.0, 0.3, 0.7, 1.0):
        assert 0 <= moved(score, -2) <= score <= moved(score, 2) <= 1
    assert moved(0.5, 0) == 0.5
