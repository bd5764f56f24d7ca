"""By what else an account of the store is known: which identity its id is, and the API keys that are its alone.

known_by(store, ["user-17"])["user-17"]  # KnownBy(identities=('user_id',), api_keys=('a1b2c3',))

A guard at a proxy sees an API key and no account; what is published about the account must name its keys too. A key
that another account uses as well says nothing of either and is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.logs.hashing import hash_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.store import Store

_IDENTITIES: Final = ("user_id", "api_key_id", "team_id", "org_id", "end_user_id")
_Filter = list[tuple[str, str, int]] | None
"""Which rows of a file are read; None = all."""


class KnownBy(NamedTuple):
    identities: tuple[str, ...] = ()
    """Identities whose value the account's id is, where the store took one of them for the account."""
    api_keys: tuple[str, ...] = ()
    """Ids of keys that no other account of the store uses."""


def known_by(store: Store, accounts: Sequence[str], *, until: int | None = None) -> dict[str, KnownBy]:
    """Ask the store about some accounts; one that it does not hold is known by nothing else.

    Args:
        store: Which holds them.
        accounts: By the id that results call them.
        until: The first nanosecond that is not looked at; None = all of the store.
    """
    before = None if until is None else [("started_at", "<", until)]
    hashed = hash_text(pa.array(accounts, pa.large_string()), store.settings.salt)
    wanted = pa.array(hashed)
    files = store.files("exchanges")
    identities = _identities(files, wanted, before)
    users = _users_of_keys(files, wanted, before)
    named = _names(store, pa.array([key for key, using in users.items() if len(using) == 1], pa.int64()))
    keys: dict[int, list[str]] = {}
    for key, text in named.items():
        keys.setdefault(next(iter(users[key])), []).append(text)
    return {
        name: KnownBy(tuple(identities.get(number, ())), tuple(sorted(keys.get(number, ()))))
        for name, number in zip(accounts, hashed.tolist(), strict=True)
    }


def _identities(files: list[str], wanted: pa.Array, before: _Filter) -> dict[int, list[str]]:
    """Account key → the identities that equal it."""
    out: dict[int, list[str]] = {}
    for identity in _IDENTITIES:
        column = f"{identity.removesuffix('_id')}_identity"
        found: set[int] = set()
        for file in files:
            rows = pq.read_table(file, columns=["account_key", column], filters=before)
            is_same = pc.and_(pc.equal(rows["account_key"], rows[column]), pc.is_in(rows["account_key"], wanted))
            found.update(pc.unique(rows["account_key"].filter(is_same)).to_pylist())
        for number in found:
            out.setdefault(number, []).append(identity)
    return out


def _users_of_keys(files: list[str], wanted: pa.Array, before: _Filter) -> dict[int, set[int]]:
    """API key of a wanted account → every account that uses it."""
    pair = ["account_key", "api_key_identity"]
    pairs = [pq.read_table(file, columns=pair, filters=before).group_by(pair) for file in files]
    if not pairs:
        return {}
    table = pa.concat_tables([one.aggregate([]) for one in pairs])
    table = table.filter(pc.not_equal(table["api_key_identity"], 0))
    mine = pc.unique(table["api_key_identity"].filter(pc.is_in(table["account_key"], wanted)))
    table = table.filter(pc.is_in(table["api_key_identity"], mine))
    out: dict[int, set[int]] = {}
    for key, account in zip(table["api_key_identity"].to_pylist(), table["account_key"].to_pylist(), strict=True):
        out.setdefault(key, set()).add(account)
    return out


def _names(store: Store, keys: pa.Array) -> dict[int, str]:
    out: dict[int, str] = {}
    for file in store.files("names"):
        rows = pq.read_table(file)
        chosen = rows.filter(pc.and_(pc.equal(rows["kind"], "api_key"), pc.is_in(rows["name_key"], keys)))
        out.update(zip(chosen["name_key"].to_pylist(), chosen["name_text"].to_pylist(), strict=True))
    return out
