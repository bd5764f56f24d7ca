from __future__ import annotations

from listed import listed

from stillwatch.screening.matcher import Matcher
from stillwatch.screening.query import Query


def test_the_entity_is_found_by_any_of_its_names_once_and_best_first() -> None:
    entities = [
        listed("QUILLFEATHER, Barnaby", "Barney Quillfeather", source_id="1"),
        listed("QUILLFEATHER, Cornelia", source_id="2"),
        listed("Ostrava Widget Works", source_id="3"),
    ]
    hits = Matcher(entities).screen(Query(name="Barnaby Quillfeathre"))
    assert hits[0].entity.source_id == "1"
    assert [hit.entity.source_id for hit in hits].count("1") == 1


def test_nobody_is_found_where_nobody_is_listed() -> None:
    assert Matcher([]).screen(Query(name="Ada Quill")) == ()
    assert Matcher([listed("Ada Quill")]).screen(Query(name="")) == ()
