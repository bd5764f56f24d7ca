"""Records of the Consolidated Screening List."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.csl_record import CslRecord, entity_of, is_identifier, source_of

_RECORD = CslRecord(
    id="f00d",
    source="Entity List (EL) - Bureau of Industry and Security",
    entity_number="",
    type="Entity",
    name="Orrin Works",
    alt_names=(),
    programs=(),
    addresses=(),
    identifiers=(),
    birth_dates="",
    birth_places=(),
    countries=("China", "CN", "nowhere"),
    start_date="2025-01-02",
    end_date="",
    raw="{}",
)


def test_an_entry_belongs_to_its_source_list() -> None:
    found = entity_of(_RECORD)
    assert (found.list_name, found.source_id, found.entity_type) == ("EL", "f00d", EntityType.ORGANISATION)
    assert (found.countries, found.start_date) == (("CN",), "2025-01-02")


def test_an_entry_of_the_treasury_is_known_by_its_number() -> None:
    assert entity_of(replace(_RECORD, entity_number="90001")).source_id == "90001"


def test_an_entry_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no name"):
        entity_of(replace(_RECORD, name=" "))


def test_a_source_without_abbreviation_keeps_its_name() -> None:
    assert (source_of("Unverified List (UVL) - BIS"), source_of(" A new list ")) == ("UVL", "A new list")


def test_remarks_among_the_ids_are_no_identifiers() -> None:
    kinds = ("Passport", "Gender", "Secondary sanctions risk:", "Executive Order 13662 Directive Determination -", "")
    assert [is_identifier(kind) for kind in kinds] == [True, False, False, False, False]
