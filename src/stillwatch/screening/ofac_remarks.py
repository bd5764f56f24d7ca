"""What OFAC writes into the remarks of its CSV, for want of columns: births, nationalities, ids, weak AKAs.

>>> read_remarks("DOB 28 Jul 1963; nationality Iran; Passport X77 (Iran); a.k.a. 'BARNEY'.").weak_names
('BARNEY',)

The weak AKAs stand in the remarks alone: a reader that passes over them misses every one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stillwatch.core.listed_entity import ListedIdentifier
from stillwatch.screening.countries import country_code
from stillwatch.screening.list_dates import iso_dates

_PARTS: Final = re.compile(r";\s*")
_WEAK: Final = re.compile(r"^(?:alt\.\s+)?[afn]\.k\.a\.\s+(.+)$", re.IGNORECASE)
_BORN: Final = re.compile(r"^(?:alt\.\s+)?DOB\s+(.+)$")
_BORN_AT: Final = re.compile(r"^(?:alt\.\s+)?POB\s+(.+)$")
_COUNTRY: Final = re.compile(r"^(?:alt\.\s+)?(?:nationality|citizen)\s+(?:of\s+)?(.+)$", re.IGNORECASE)
_IDENTIFIER: Final = re.compile(
    r"^(?:alt\.\s+)?(?P<kind>Passport|SSN|IMO|Vessel Registration Identification|"
    r"[A-Z][\w/.\- ]{0,60}?(?:No\.|Number|ID|ID No\.|#|Identification(?: Number)?|Registration(?: ID)?))\s+"
    r"(?P<value>[A-Z]{0,4}[\w./\-]*\d[\w./\- ]*?)(?:\s+\((?P<issuer>[^()]+)\))?(?:\s+(?:issued|expires|for)\b.*)?$"
)
_NO_IDENTIFIERS: Final = re.compile(
    r"^(?:alt\.\s+)?(?:Telephone|Fax|Phone|Mobile|Executive Order|Digital Currency)", re.IGNORECASE
)
_QUOTES: Final = "'\"‘’“”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    weak_names: tuple[str, ...]
    birth_dates: tuple[str, ...]
    birth_places: tuple[str, ...]
    countries: tuple[str, ...]
    identifiers: tuple[ListedIdentifier, ...]


def read_remarks(text: str) -> Remarks:
    """Take the remarks of one entry apart; what is not known is left to the raw record."""
    parts = [part.strip() for part in _PARTS.split(text.strip().removesuffix("."))]
    weak = [match[1].strip().strip(_QUOTES).strip() for part in parts if (match := _WEAK.match(part))]
    places = [match[1].strip() for part in parts if (match := _BORN_AT.match(part))]
    countries = [country_code(match[1]) for part in parts if (match := _COUNTRY.match(part))]
    born = [day for part in parts if (match := _BORN.match(part)) for day in iso_dates(match[1])]
    return Remarks(
        weak_names=tuple(dict.fromkeys(filter(None, weak))),
        birth_dates=tuple(dict.fromkeys(born)),
        birth_places=tuple(dict.fromkeys(places)),
        countries=tuple(dict.fromkeys(filter(None, countries))),
        identifiers=tuple(found for part in parts if (found := _identifier(part))),
    )


def _identifier(part: str) -> ListedIdentifier | None:
    match = None if len(part) > 200 or _NO_IDENTIFIERS.match(part) else _IDENTIFIER.match(part)
    if match is None:
        return None
    return ListedIdentifier(
        kind=match["kind"].strip(), value=match["value"].strip(), issuer=country_code(match["issuer"] or "")
    )
