from __future__ import annotations

import pytest
from listed import listed

from stillwatch.core.listed_entity import EntityType, ListedAddress, ListedIdentifier
from stillwatch.screening.facts import facts, identifier_key
from stillwatch.screening.query import Query

_ADA = listed(
    "Ada Quill",
    birth_dates=("1970-03-12", "1971"),
    countries=("FR",),
    addresses=(ListedAddress(text="12 Rue des Lilas", city="Lyon", country="FR"),),
    identifiers=(ListedIdentifier(kind="passport", value="AB 12345-6", issuer="FR"),),
)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, []),
        ({"entity_type": EntityType.PERSON}, []),
        ({"entity_type": EntityType.ORGANISATION}, [("type", "-")]),
        ({"birth_date": "1970-03-12"}, [("birth date", "+")]),
        ({"birth_date": "1970-12-03"}, [("birth date", "+")]),
        ({"birth_date": "1971"}, [("birth date", "+")]),
        ({"birth_date": "1980-03-12"}, [("birth date", "-")]),
        ({"birth_date": "unknown"}, []),
        ({"country": "fr"}, [("country", "+")]),
        ({"country": "DE"}, [("country", "-")]),
        ({"address": "Rue des Lilas 12, Paris"}, [("address", "+")]),
        ({"address": "3 Quai Neuf, Lyon, France"}, [("address", "+")]),
        ({"address": "Berlin"}, []),
        ({"identifiers": (ListedIdentifier(kind="id", value="ab123456"),)}, [("identifier", "+")]),
        ({"identifiers": (ListedIdentifier(kind="passport", value="ab123456", issuer="DE"),)}, []),
        ({"identifiers": (ListedIdentifier(kind="passport", value="99999999", issuer="FR"),)}, [("identifier", "-")]),
    ],
)
def test_what_is_known_speaks_for_or_against(known: dict[str, object], told: list[tuple[str, str]]) -> None:
    found = list(facts(Query(name="Ada Quill", **known), _ADA))
    assert [(fact.what, "+" if fact.odds > 0 else "-") for fact in found] == told


def test_a_short_identifier_tells_nobody_apart() -> None:
    assert identifier_key("12-3") == ""
    assert identifier_key("No. 12/345 x") == "no12345x"
