"""Accounts as they are asked for, by whatever their columns are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import EntityType, ListedIdentifier
from stillwatch.screening.query import Query
from stillwatch.service.screening.read_subjects import read_subject, read_subjects
from stillwatch.service.screening.subject import NamedOwner, NamedQuery, Subject

if TYPE_CHECKING:
    from pathlib import Path

_PERSON, _BODY = EntityType.PERSON, EntityType.ORGANISATION


def test_an_account_is_asked_for_by_its_organisation_and_its_person() -> None:
    found = read_subject(
        {
            "Account ID": "a-1",
            "Company Name": "Orrin Works",
            "cardholder": "Mira Kestrel",
            "country": "China",
            "dob": "03 Feb 1961",
            "VAT": "CN 77",
            "identifiers": ["lei: 7X"],
            "street": "9 Quay Road",
            "aka": "欧林; Orrin",
        }
    )
    body = Query(
        name="Orrin Works",
        other_names=("欧林", "Orrin"),
        entity_type=_BODY,
        country="CN",
        identifiers=(ListedIdentifier(kind="lei", value="7X"), ListedIdentifier(kind="vat", value="CN 77")),
        address="9 Quay Road, China",
    )
    person = Query(name="Mira Kestrel", entity_type=_PERSON, country="CN", birth_date="1961-02-03")
    assert found == Subject(account_id="a-1", queries=(NamedQuery("organisation", body), NamedQuery("name", person)))


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"id": "1", "name": "Orrin"}, EntityType.UNKNOWN),
        ({"id": "1", "name": "Orrin", "type": "Individual"}, _PERSON),
        ({"id": "1", "name": "Orrin", "type": "business"}, _BODY),
        ({"id": "1", "organization": "Orrin"}, _BODY),
    ],
)
def test_the_kind_is_what_the_columns_say(record: dict[str, Any], kind: EntityType) -> None:
    assert [one.query.entity_type for one in read_subject(record).queries] == [kind]


@pytest.mark.parametrize(
    "digest", ["8f14e45fceea167a5a36dedd4bea2543", "sha256:8f14e45fceea167a", "h_8f14e45fceea167a"]
)
def test_a_digest_is_no_name(digest: str) -> None:
    assert read_subject({"id": "1", "name": digest}).queries == ()


def test_owners_are_asked_for_too_unless_they_are_ids() -> None:
    found = read_subject({"id": "1", "owners": "Veldt Holding = 60%; ours:n-2 = 20%; Mira Kestrel"})
    assert found.owners == (
        NamedOwner("Veldt Holding", 0.6),
        NamedOwner("ours:n-2", 0.2),
        NamedOwner("Mira Kestrel", None),
    )
    assert [(one.column, one.query.name) for one in found.queries] == [
        ("owner", "Veldt Holding"),
        ("owner", "Mira Kestrel"),
    ]


def test_rows_of_one_account_are_one_and_rows_without_an_id_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "accounts.jsonl"
    file.write_text('{"id": "1", "name": "A B"}\n{"id": "1", "name": "C D"}\n{"name": "E"}\nno\n')
    read = read_subjects(file)
    assert [[one.query.name for one in subject.queries] for subject in read.subjects] == [["A B", "C D"]]
    assert (read.rejected, read.fault) == (2, "")


def test_a_file_without_accounts_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("plan,colour\npro,red\n")
    with pytest.raises(InputError, match="no account can be read"):
        read_subjects(file)
