"""Read from an accounts file who is to be screened: CSV, JSON Lines or Parquet, with columns in many spellings.

subjects = read_subjects(Path("accounts.csv"))

The names are looked up as the file has them. What is a digest of a name can be compared with nothing: an account of
which there is no more counts as not screened, never as clear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import EntityType, ListedIdentifier
from stillwatch.logs.account_columns import ID_SPELLINGS, plain_name
from stillwatch.logs.account_rows import flat
from stillwatch.logs.entries import entries
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.rejects import RejectLog
from stillwatch.screening.countries import country_code
from stillwatch.screening.list_dates import iso_dates
from stillwatch.screening.query import Query
from stillwatch.screening.shares import read_share
from stillwatch.service.screening.subject import NamedOwner, NamedQuery, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SPELLINGS: Final = {
    "organisation": "organisation organization org company orgname companyname organisationname organizationname "
    "legalname legalentity employer business businessname",
    "name": "name fullname accountname customername contactname cardholder holder displayname personname ownername "
    "payername namekey username",
    "other_names": "othernames aliases alias aka formername tradename nativename localname",
    "type": "type entitytype customertype accounttype kind",
    "country": "country countrycode billingcountry nationality citizenship jurisdiction seat signupcountry "
    "paymentbincountry",
    "birth_date": "birthdate dateofbirth dob birthday",
    "address": "address fulladdress street streetaddress billingaddress",
    "city": "city town",
    "identifiers": "identifiers registrationnumber companynumber regno taxid taxnumber vat vatnumber lei duns "
    "passport passportnumber idnumber nationalid",
    "owners": "owners beneficialowners beneficialowner ubo shareholders parentcompany parent",
}
_TYPES: Final = {
    **dict.fromkeys(("person", "individual", "natural", "consumer", "personal"), EntityType.PERSON),
    **dict.fromkeys(
        ("organisation", "organization", "company", "business", "entity", "legal"), EntityType.ORGANISATION
    ),
}
_DIGEST: Final = re.compile(r"(?:(?:sha\d+|h|hash)[:_-])?[0-9a-f]{16,}|[A-Za-z0-9+/]{40,}={0,2}", re.IGNORECASE)
_MOST_IDENTIFIERS: Final = 12


class ReadSubjects(NamedTuple):
    subjects: tuple[Subject, ...]
    rejected: int
    """Rows without an id, or that could not be read."""
    fault: str
    """Why the file is known to be incomplete."""


def read_subjects(path: Path) -> ReadSubjects:
    """The accounts of a file, in its order; of rows with one id all names count.

    Raises:
        InputError: No column is an account id, or no row can be read.
    """
    log, fault, rejected = RejectLog(), "", 0
    found: dict[str, Subject] = {}
    for block in open_blocks(path, least_columns=1):
        log.extend(block.rejects)
        fault = block.fault or fault
        for *_, record in entries(block, Limits(), log):
            subject = read_subject(record)
            if subject is None:
                rejected += 1
            else:
                found[subject.account_id] = _both(found.get(subject.account_id), subject)
    if not found:
        mend = "name one column account_id, and give CSV with a header, JSON Lines or Parquet"
        raise InputError("no account can be read", where=str(path), mend=mend)
    return ReadSubjects(tuple(found.values()), rejected + log.rejects().total, fault)


def read_subject(record: Mapping[str, Any]) -> Subject | None:
    """One account, by whatever its fields are called; None where it has no id."""
    plain = {plain_name(name): _text(value) for name, value in flat(record)}
    account_id = next((plain[name] for name in ID_SPELLINGS if plain.get(name)), "")
    if not account_id:
        return None
    fields = {field: _first(plain, spellings) for field, spellings in _SPELLINGS.items()}
    owners = _owners(fields["owners"])
    asked = (*_queries(fields, plain), *(NamedQuery("owner", Query(name=one.name)) for one in owners if not one.is_id))
    return Subject(account_id=account_id, queries=asked, owners=owners)


def _queries(fields: Mapping[str, str], plain: Mapping[str, str]) -> tuple[NamedQuery, ...]:
    stated = _TYPES.get(fields["type"].casefold(), EntityType.UNKNOWN)
    person = EntityType.PERSON if fields["organisation"] else stated
    body = EntityType.ORGANISATION if stated is EntityType.UNKNOWN else stated
    asked = (("organisation", body), ("name", person))
    return tuple(
        NamedQuery(column, _query(fields, plain, column, kind))
        for column, kind in asked
        if fields[column] and not _DIGEST.fullmatch(fields[column])
    )


def _query(fields: Mapping[str, str], plain: Mapping[str, str], column: str, kind: EntityType) -> Query:
    is_main = column == "organisation" or not fields["organisation"]
    return Query(
        name=fields[column],
        other_names=_listed(fields["other_names"]) if is_main else (),
        entity_type=kind,
        country=country_code(fields["country"]),
        birth_date=next(iter(iso_dates(fields["birth_date"])), "") if kind is not EntityType.ORGANISATION else "",
        identifiers=_identifiers(plain) if is_main else (),
        address=", ".join(filter(None, (fields["address"], fields["city"], fields["country"]))) if is_main else "",
    )


def _identifiers(plain: Mapping[str, str]) -> tuple[ListedIdentifier, ...]:
    found = [
        ListedIdentifier(kind=kind, value=value)
        for name in _SPELLINGS["identifiers"].split()
        for part in _listed(plain.get(name, ""))
        for kind, value in (_kind_and_value(name, part),)
        if value
    ]
    return tuple(found[:_MOST_IDENTIFIERS])


def _kind_and_value(name: str, part: str) -> tuple[str, str]:
    kind, colon, value = part.partition(":")
    return (kind.strip(), value.strip()) if colon else (name if name != "identifiers" else "", part)


def _owners(text: str) -> tuple[NamedOwner, ...]:
    found = []
    for part in _listed(text):
        name, _, share = part.rpartition("=") if "=" in part else (part, "", "")
        found.append(NamedOwner(name.strip(), read_share(share)))
    return tuple(one for one in found if one.name)


def _both(before: Subject | None, after: Subject) -> Subject:
    if before is None:
        return after
    return Subject(
        account_id=after.account_id,
        queries=tuple(dict.fromkeys((*before.queries, *after.queries))),
        owners=tuple(dict.fromkeys((*before.owners, *after.owners))),
    )


def _first(plain: Mapping[str, str], spellings: str) -> str:
    return next((plain[name] for name in spellings.split() if plain.get(name)), "")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for one in text.split(";") if (part := one.strip())))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, dict | bool) else str(value).strip()
