"""Look for the keys of indicators in one store of past exchanges.

with closing(StoreHunt(store, wants, DuckDbEngine(spill=folder, memory_bytes=1 << 30, threads=2))) as hunt:
    for tally in hunt.tallies():          # how widely each is found here
        ...
    hunt.accounts(leads={0, 2})           # who matches, those first that match what is worth following

Costs one look at six columns of the exchanges and one at the key table, however many indicators there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from stillwatch.logs.sketching import KEY_SCHEMA, NAME_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.logs.engine import Engine
    from stillwatch.logs.hunt_keys import HuntKey
    from stillwatch.logs.store import Store

_EXCHANGES: Final = pa.schema(
    [
        (name, pa.int64())
        for name in (
            *("exchange_no", "record_key", "account_key", "user_identity", "started_at"),
            *("address_key", "prefix_key", "client_key", "exact_key"),
        )
    ]
)
_MOST_MATCHES: Final = 16
"""Matches of one account that are named; a template alone has up to fourteen keys."""


class Want(NamedTuple):
    """One indicator; its number is its place in the sequence."""

    campaign_no: int
    keys: tuple[HuntKey, ...]
    since: int
    """Nanoseconds since 1970 UTC."""
    until: int
    """The same, excluded."""


class Tally(NamedTuple):
    want_no: int
    accounts: int
    exchanges: int
    first_at: int
    last_at: int


class Found(NamedTuple):
    """One account against one campaign."""

    campaign_no: int
    account_id: str
    is_lead: bool
    wants: int
    exchanges: int
    first_at: int
    last_at: int
    matches: tuple[Tally, ...]
    """Of the account alone, at most `_MOST_MATCHES`; `accounts` is 1."""


class StoreHunt:
    """Holds an engine with what was found; close it when done."""

    def __init__(self, store: Store, wants: Sequence[Want], engine: Engine) -> None:
        self._engine = engine
        self._engine.attach("exchanges", store.files("exchanges"), _EXCHANGES)
        self._engine.attach("keys", store.files("keys"), KEY_SCHEMA)
        self._engine.attach("names", store.files("names"), NAME_SCHEMA)
        self._engine.put("hunted", _table(wants))
        self._engine.define("hunt_hit")
        self._wants = len(wants)

    def close(self) -> None:
        self._engine.close()

    def size(self) -> tuple[int, int]:
        """Exchanges and accounts of the store."""
        row = self._engine.run("hunt_size").to_pylist()[0]
        return int(row["exchanges"]), int(row["accounts"])

    def tallies(self) -> tuple[Tally, ...]:
        """How widely each indicator is found; those that are not found are left out."""
        rows = self._engine.run("hunt_tally").to_pylist()
        return tuple(_tally(row, int(row["accounts"])) for row in rows)

    def accounts(self, leads: Iterable[int]) -> tuple[Found, ...]:
        """Who matches, by campaign; `leads` are the numbers of the indicators that are worth following alone."""
        is_lead = dict.fromkeys(leads, 1)
        numbers = list(range(self._wants))
        judged = {
            "want_no": pa.array(numbers, pa.int64()),
            "is_lead": pa.array([is_lead.get(one, 0) for one in numbers], pa.int64()),
        }
        self._engine.put("judged", pa.table(judged))
        matches: dict[tuple[int, int], list[Tally]] = {}
        for row in self._engine.run("hunt_match", {"most": _MOST_MATCHES}).to_pylist():
            matches.setdefault((row["campaign_no"], row["account_key"]), []).append(_tally(row, 1))
        return tuple(
            Found(
                campaign_no=int(row["campaign_no"]),
                account_id=row["account_id"] or "",
                is_lead=bool(row["is_lead"]),
                wants=int(row["wants"]),
                exchanges=int(row["exchanges"]),
                first_at=int(row["first_at"]),
                last_at=int(row["last_at"]),
                matches=tuple(matches[row["campaign_no"], row["account_key"]]),
            )
            for row in self._engine.run("hunt_account").to_pylist()
        )


def _table(wants: Sequence[Want]) -> pa.Table:
    rows = [(number, want, key) for number, want in enumerate(wants) for key in want.keys]
    ints: dict[str, list[int]] = {
        "want_no": [number for number, _, _ in rows],
        "campaign_no": [want.campaign_no for _, want, _ in rows],
        "kind": [key.kind for _, _, key in rows],
        "hunted_key": [key.key for _, _, key in rows],
        "since_at": [want.since for _, want, _ in rows],
        "until_at": [want.until for _, want, _ in rows],
    }
    table = pa.table({name: pa.array(values, pa.int64()) for name, values in ints.items()})
    return table.append_column("facet", pa.array([key.facet for _, _, key in rows], pa.string()))


def _tally(row: dict[str, Any], accounts: int) -> Tally:
    return Tally(int(row["want_no"]), accounts, int(row["exchanges"]), int(row["first_at"]), int(row["last_at"]))
