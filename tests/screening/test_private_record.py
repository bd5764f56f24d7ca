"""Entries of private lists, from CSV and from JSON."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import EntityType, OwnerLink
from stillwatch.screening.private_record import entity_of
from stillwatch.screening.readers import private_csv, private_json


def test_csv_and_json_say_the_same() -> None:
    plain = {"id": "n-1", "name": "Orrin", "type": "Company", "aliases": "Works; Relay", "owners": "n-2 = 60%; n-3"}
    listed = {**plain, "aliases": ["Works", "Relay"], "owners": ["n-2 = 60%", "n-3"]}
    one, other = entity_of(plain, "OURS"), entity_of(listed, "OURS")
    assert (one.names, one.owners, one.entity_type) == (other.names, other.owners, EntityType.ORGANISATION)
    assert one.owners == (OwnerLink(owner_id="n-2", share=0.6), OwnerLink(owner_id="n-3", share=None))


@pytest.mark.parametrize("record", [{"id": "", "name": "Orrin"}, {"id": "n-1"}, {"id": "n-1", "name": []}])
def test_an_entry_needs_an_id_and_a_name(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no id or no name"):
        entity_of(record, "OURS")


def test_a_misspelt_column_is_not_passed_over() -> None:
    with pytest.raises(InputError, match="did you mean 'weak_aliases'"):
        private_csv.FORMAT.read({"ours.csv": b"id,name,weak_alias\nn-1,Orrin,OW\n"}, "OURS")
    with pytest.raises(InputError, match="did you mean 'weak_aliases'"):
        private_json.FORMAT.read({"o.json": b'{"entries": [{"id": "1", "name": "O", "weak_alias": "OW"}]}'}, "OURS")


def test_a_row_without_a_name_is_named_and_the_rest_is_read() -> None:
    read = private_csv.FORMAT.read({"ours.csv": b"id,name\nn-1,\nn-2,Orrin\n"}, "OURS")
    assert [one.source_id for one in read.entities] == ["n-2"]
    assert read.refused == (("ours.csv:2", "the entry has no id or no name"),)
