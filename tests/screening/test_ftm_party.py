"""Parties of FollowTheMoney, with what other entities say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from stillwatch.core.holding import Holding
from stillwatch.core.listed_entity import AliasStrength, EntityType, ListedIdentifier
from stillwatch.screening.readers import ftm_json

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ReadList


def party(key: str, schema: str = "Company", *, target: bool = True, **properties: Any) -> dict[str, Any]:
    return {"id": key, "schema": schema, "target": target, "properties": {"name": [key], **properties}}


def read(*entities: dict[str, Any]) -> ReadList:
    return ftm_json.FORMAT.read({"e.json": b"\n".join(map(orjson.dumps, entities))}, "X")


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ("Person", EntityType.PERSON),
        ("PublicBody", EntityType.ORGANISATION),
        ("Vessel", EntityType.VESSEL),
        ("Airplane", EntityType.UNKNOWN),
    ],
)
def test_a_schema_is_a_kind(schema: str, kind: EntityType) -> None:
    assert read(party("a", schema)).entities[0].entity_type is kind


def test_names_have_their_strength_and_numbers_their_kind() -> None:
    found = read(party("a", alias=["b"], weakAlias=["c"], abbreviation=["d"], imoNumber=["IMO 77"])).entities[0]
    assert "".join(name.text for name in found.names) == "abcd"
    assert [name.strength for name in found.names][2:] == [AliasStrength.WEAK] * 2
    assert found.identifiers == (ListedIdentifier(kind="imoNumber", value="IMO 77"),)


def test_nested_entities_are_found_where_they_stand() -> None:
    sanction = {"id": "s", "schema": "Sanction", "properties": {"entity": ["a"], "program": ["EX"]}}
    held = {"id": "w", "schema": "Ownership", "properties": {"owner": ["a"], "asset": [party("b", target=False)]}}
    found = read(party("a", sanctions=[sanction], ownershipOwner=[held]))
    assert [one.programmes for one in found.entities] == [("EX",)]
    assert [one.source_id for one in found.owned] == ["b"]
    assert found.holdings == (Holding(owner="X:a", owned="X:b", source="X"),)


def test_without_a_mark_the_topics_tell_a_target() -> None:
    plain = [
        {"id": key, "schema": "Company", "properties": {"name": [key], "topics": [topic]}}
        for key, topic in (("a", "sanction"), ("b", "role.pep"), ("c", "sanction.linked"))
    ]
    assert [one.source_id for one in read(*plain).entities] == ["a", "c"]


def test_lines_that_are_no_entity_are_named() -> None:
    data = b'{"id": "x"\n[]\n' + orjson.dumps(party("a")) + b"\n" + orjson.dumps(party("n", name=[]))
    assert [one.where for one in ftm_json.FORMAT.read({"e.json": data}, "X").refused] == [
        "e.json:1",
        "e.json:2",
        "e.json:4",
    ]
