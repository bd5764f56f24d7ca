r"""Read who owns whom from a CSV that people keep: `owned`, `owner`; `share`, dates and more may be missing.

>>> read_holdings(b"owned,owner,share\nOrrin Works,SDN:1,60%\n", "owners.csv", {"SDN:1"}, set()).holdings[0].owner
'SDN:1'

A party is an account id, `LIST:ID` of somebody on a list, or a name; names are one where they are written in one way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.holding import Holding
from stillwatch.core.toml_text import suggestion
from stillwatch.screening.list_rows import header_of, table_rows
from stillwatch.screening.normalise import fold
from stillwatch.screening.shares import read_share

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_COLUMNS: Final = ("owned", "owner", "share", "owner_type", "valid_from", "valid_until", "source")
_PERSON: Final = frozenset(("person", "individual", "natural person"))


class ReadHoldings(NamedTuple):
    holdings: tuple[Holding, ...]
    names: dict[str, str]
    """Key of a party that is known by name → the name as it was written."""
    persons: frozenset[str]


def read_holdings(data: bytes, name: str, listed: AbstractSet[str], accounts: AbstractSet[str]) -> ReadHoldings:
    """The holdings of a file.

    Raises:
        InputError: A column is unknown or missing, or a share is none.
    """
    for column in header_of(data):
        if column not in _COLUMNS:
            raise InputError(f"unknown column {column!r}", where=f"{name}:1", mend=suggestion(column, _COLUMNS))
    holdings: list[Holding] = []
    names: dict[str, str] = {}
    persons: set[str] = set()
    for line, row in table_rows(data, name, {"owned", "owner"}):
        if not row["owned"] or not row["owner"]:
            raise InputError("owned or owner is empty", where=f"{name}:{line}", mend="name both")
        share = read_share(row.get("share", ""))
        if share is None and row.get("share"):
            raise InputError(
                f"{row['share']!r} is no share", where=f"{name}:{line}", mend="write 60%, or leave it empty"
            )
        keys = {role: party_key(row[role], listed, accounts) for role in ("owned", "owner")}
        names |= {keys[role]: row[role] for role in keys if keys[role].startswith("party:")}
        if row.get("owner_type", "").lower() in _PERSON:
            persons.add(keys["owner"])
        holdings.append(
            Holding(
                owner=keys["owner"],
                owned=keys["owned"],
                share=share,
                valid_from=row.get("valid_from", ""),
                valid_until=row.get("valid_until", ""),
                source=row.get("source", "") or f"{name}:{line}",
            )
        )
    return ReadHoldings(tuple(holdings), names, frozenset(persons))


def party_key(text: str, listed: AbstractSet[str], accounts: AbstractSet[str]) -> str:
    """The key under which a party stands in the graph of ownership."""
    if text in accounts:
        return f"account:{text}"
    return text if text in listed else f"party:{fold(text)}"
