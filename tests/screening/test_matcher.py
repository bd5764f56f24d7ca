from __future__ import annotations

import pytest
from listed import listed

from stillwatch.core.listed_entity import EntityType, ListedIdentifier
from stillwatch.evaluation.name_set import compose_names
from stillwatch.screening.matcher import Matcher
from stillwatch.screening.query import Query

_COMPANY = EntityType.ORGANISATION


def test_the_entity_is_found_by_any_of_its_names_once_and_best_first() -> None:
    entities = [
        listed("QUILLFEATHER, Barnaby", "Barney Quillfeather", source_id="1"),
        listed("QUILLFEATHER, Cornelia", source_id="2"),
        listed("Ostrava Widget Works", source_id="3", entity_type=_COMPANY),
    ]
    hits = Matcher(entities).screen(Query(name="Barnaby Quillfeathre"))
    assert [hit.entity.source_id for hit in hits] == ["1"]
    assert hits[0].name.text == "QUILLFEATHER, Barnaby"


def test_other_names_of_who_is_asked_count_too() -> None:
    matcher = Matcher([listed("Zhang Xiaoming", source_id="1")])
    assert [hit.score > 0.9 for hit in matcher.screen(Query(name="Mike Zhang", other_names=("張曉明",)))] == [True]


def test_an_identifier_finds_whoever_changed_the_name() -> None:
    passport = ListedIdentifier(kind="passport", value="AB-123456", issuer="FR")
    matcher = Matcher([listed("Ada Quill", identifiers=(passport,))])
    asked = (ListedIdentifier(kind="passport", value="ab123456"),)
    hits = matcher.screen(Query(name="Bruno Quist", identifiers=asked))
    assert [part.what for hit in hits for part in hit.parts] == ["name", "identifier"]


def test_nobody_is_found_where_nobody_is_listed() -> None:
    assert Matcher([]).screen(Query(name="Ada Quill")) == ()
    assert Matcher([listed("Ada Quill")]).screen(Query(name="")) == ()


@pytest.mark.parametrize(
    ("asked", "name", "is_hit"),
    [
        ("CORP", "Quill Corp", False),
        ("Corporation", "General Corporation", False),
        ("Emma Stonefield", "EMMA LLC", False),
        ("JSCARGUMENT", "JSC Argument", True),
        ("Argument Consulting", "JSC Argument", True),
        ("Donald Trumbull", "Donald Quist", False),
        ("Quill Works", "Quill Works, and any successor, sub-unit, or subsidiary thereof", True),
        ("Kim Quist", "QUIST, Kim", True),
    ],
)
def test_stories_from_the_field(asked: str, name: str, *, is_hit: bool) -> None:
    """moov-io/watchman 483 (a generic word matches), 338 and 594 (forms), 115 (one common word); tails; order."""
    matcher = Matcher([listed(name, entity_type=EntityType.UNKNOWN)])
    assert bool(matcher.screen(Query(name=asked))) is is_hit


def test_a_known_person_who_is_a_company_on_the_list_is_doubted() -> None:
    matcher = Matcher([listed("EMMA LLC", entity_type=_COMPANY)])
    asked = Query(name="Emma", entity_type=EntityType.PERSON)
    assert matcher.screen(asked, least=0.0)[0].score < matcher.screen(Query(name="Emma LLC"))[0].score


def test_most_of_an_invented_list_is_found_and_few_strangers_are() -> None:
    made = compose_names(2_000, asked=600, seed=11)
    matcher = Matcher(made.listed)
    found = matcher.screen_all([Query(name=asked.name, entity_type=asked.entity_type) for asked in made.asked])
    right = [
        any(hit.entity.source_id == asked.source_id for hit in hits)
        for asked, hits in zip(made.asked, found, strict=True)
        if asked.source_id
    ]
    wrong = [bool(hits) for asked, hits in zip(made.asked, found, strict=True) if not asked.source_id]
    assert sum(right) / len(right) > 0.85
    assert sum(wrong) / len(wrong) < 0.06
