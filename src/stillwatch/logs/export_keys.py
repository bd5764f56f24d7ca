"""Write what a scan looked at as a store of its own, to be handed out: keys, times and counts, no text and no name.

    exported = export_keys(store, folder, accounts_table, secret=secrets.token_bytes(48))
    exported.tokens["acct-17"]      # "5f0c…": the account's name in the exported store

A scan of it gives the figures that a scan of the store gives (`service.evidence.rerun_dossier` holds it to that). Its
salt and keys are its own, made under a secret that nobody keeps (`rekey`, `order_kept`, `profile_bits`), so nobody can
test with it whether a known prompt, address or account is in the log. Each exchange is in it once, and none without an
account.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.logs.corpora import copy_sets
from stillwatch.logs.export_registry import export_registry
from stillwatch.logs.hashing import hash_text
from stillwatch.logs.order_kept import in_order, token_of_each
from stillwatch.logs.profile_bits import pooled_bits
from stillwatch.logs.rekey import SECRET_BYTES, rekey, secret_of
from stillwatch.logs.sketching import EXCERPT_SCHEMA, KEY_SCHEMA, NAME_SCHEMA, Tables
from stillwatch.logs.store import Store, StoredInput, write_part

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.rekey import Ints
    from stillwatch.logs.store import Part

EXPORT_SECRET_BYTES: Final = 3 * SECRET_BYTES
ACCOUNTS_FILE: Final = "accounts.parquet"
"""Beside the tables of the export: what the accounts file said of its accounts."""
_ALL: Final = (-(2**62), 2**62)
_FACETS: Final = ("client_key", "address_key", "prefix_key", "params_key", "org_identity", "team_identity")
"""Which of two values of an account counts as its usual one is decided by their order, where it shows both as often."""
_REMADE: Final = ("exact_key", "skeleton_key", "system_key", "chain_self", "chain_parent", "end_user_identity")
_DROPPED: Final = ("record_key", "user_identity", "api_key_identity", "session_key")
"""No scan needs them once repeated records are out."""
_SKETCHES: Final = ("similarity_a", "similarity_b")
_NO_REJECTS: Final[dict[str, Any]] = {"counts": {}, "examples": {}}


class ExportedKeys(NamedTuple):
    tokens: dict[str, str]
    """Account → its name in the export."""
    exchanges: int


class _Seen(NamedTuple):
    """What is exported, part by part in the order of the store; arrays of shape (exchanges,)."""

    keeps: dict[str, Any]
    """Part → which of its rows are exported."""
    bounds: dict[str, slice]
    """Part → where its rows lie in the arrays."""
    account_key: Ints
    columns: dict[str, Ints]
    """The columns that are made anew over all parts at once: facets and sketches."""


def export_keys(  # noqa: PLR0913  # the span is two moments
    store: Store,
    folder: Path,
    accounts: pa.Table | None,
    *,
    secret: bytes,
    since: int | None = None,
    until: int | None = None,
) -> ExportedKeys:
    """Write the export.

    Args:
        store: As the scan saw it.
        folder: Where nothing is yet.
        accounts: The accounts file as the scan knew it (`as_of`), if there was one.
        secret: 48 random bytes, which are to be forgotten afterwards.
        since: Nanoseconds since 1970 UTC.
        until: The first nanosecond after.
    """
    salt = int.from_bytes(secret[SECRET_BYTES : SECRET_BYTES + 8], "little") >> 1
    made = Store.open(folder, content=store.settings.content, unit=store.settings.unit, salt=salt)
    seen = _seen(store, _ALL[0] if since is None else since, _ALL[1] if until is None else until)
    keys = np.unique(seen.account_key)
    tokens = [one or "" for one in token_of_each(keys, salt, secret)]
    new_keys = hash_text(pa.array(tokens, pa.large_string()), salt)
    for part in (one for one in store.parts().values() if one.name in seen.bounds):
        tables = _tables(store, part, seen, (keys, new_keys, tokens), secret)
        closed = replace(part, exchanges=tables.exchanges.num_rows, rejects=_NO_REJECTS)
        write_part(folder, closed, [tables])
    for number, entry in enumerate(store.inputs(), 1):
        made.put_input(StoredInput(**{**_plain(entry), "path": f"input-{number}", "rejects": _NO_REJECTS}))
    copy_sets(store, made, lambda values: rekey(values, secret_of(secret)))
    if accounts is not None:
        table = export_registry(accounts, store.settings.salt, keys, tokens, salt, secret)
        pq.write_table(table, folder / ACCOUNTS_FILE, compression="zstd")
    names = _names(store)
    known = zip(keys.tolist(), tokens, strict=True)
    return ExportedKeys({names[key]: token for key, token in known if key in names}, len(seen.account_key))


def _seen(store: Store, since: int, until: int) -> _Seen:
    """Look at the store column by column: all of them at once would be the largest thing that an export holds."""
    names = [part.name for part in store.parts().values() if part.exchanges]
    sizes = [pq.read_metadata(store.root / "exchanges" / f"{name}.parquet").num_rows for name in names]
    starts = np.cumsum([0, *sizes])

    def column(name: str) -> Ints:
        parts = [_ints(pq.read_table(file, columns=[name]), name) for file in store.files("exchanges")]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    started_at, account = column("started_at"), column("account_key")
    keeps = (account != 0) & (started_at >= since) & (started_at < until)
    keeps &= _is_first(column("record_key"), column("exchange_no"))
    del started_at
    account = account[keeps]
    random = np.random.default_rng()
    columns = {name: in_order(column(name)[keeps], random) for name in _FACETS}
    has_words = column("prompt_words")[keeps] > 0
    for name in _SKETCHES:
        columns[name] = np.zeros(len(account), np.int64)
        columns[name][has_words] = pooled_bits(account[has_words], column(name)[keeps][has_words])
    ends = np.append(0, np.cumsum(keeps))[starts]
    return _Seen(
        {name: keeps[start:end] for name, start, end in zip(names, starts, starts[1:], strict=False)},
        {name: slice(start, end) for name, start, end in zip(names, ends, ends[1:], strict=False)},
        account,
        columns,
    )


def _is_first(record_key: Ints, exchange_no: Ints) -> Any:
    """Whether an exchange is no later copy of a record, as `queries/duplicate.sql` has it; shape (m,)."""
    order = np.lexsort((exchange_no, record_key))
    repeats = np.append(False, np.diff(record_key[order]) == 0) if len(order) else np.zeros(0, np.bool_)
    out = np.ones(len(order), np.bool_)
    out[order] = ~repeats | (record_key[order] == 0)
    return out


def _tables(store: Store, part: Part, seen: _Seen, accounts: tuple[Ints, Ints, list[str]], secret: bytes) -> Tables:
    """The tables of one part, made anew; rows keep their numbers."""
    keys, new_keys, tokens = accounts
    mine = seen.bounds[part.name]
    rows = pq.read_table(store.root / "exchanges" / f"{part.name}.parquet").filter(pa.array(seen.keeps[part.name]))
    anew = {name: values[mine] for name, values in seen.columns.items()}
    anew |= {name: rekey(_ints(rows, name), secret_of(secret)) for name in _REMADE}
    anew |= {name: np.zeros(rows.num_rows, np.int64) for name in _DROPPED}
    anew["account_key"] = new_keys[np.searchsorted(keys, _ints(rows, "account_key"))]
    for name, values in anew.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(values))
    at = np.searchsorted(keys, np.unique(seen.account_key[mine])).tolist()
    names = pa.table([["account"] * len(at), new_keys[at], [tokens[one] for one in at]], schema=NAME_SCHEMA)
    return Tables(rows, _keys(store, part, rows, (keys, new_keys), secret), names, EXCERPT_SCHEMA.empty_table())


def _keys(store: Store, part: Part, rows: pa.Table, accounts: tuple[Ints, Ints], secret: bytes) -> pa.Table:
    read = pq.read_table(store.root / "keys" / f"{part.name}.parquet")
    keeps = np.isin(_ints(read, "exchange_no"), _ints(rows, "exchange_no"))
    read = read.take(pa.array(np.flatnonzero(keeps)))
    account = accounts[1][np.searchsorted(accounts[0], _ints(read, "account_key"))]
    share = rekey(_ints(read, "share_key"), secret_of(secret))
    return pa.table([read["kind"], share, account, read["exchange_no"]], schema=KEY_SCHEMA)


def _names(store: Store) -> dict[int, str]:
    """Account key → the least of the texts behind it, as `queries/account_name.sql` has it."""
    files = store.files("names")
    if not files:
        return {}
    read = pa.concat_tables([pq.read_table(file, filters=[("kind", "=", "account")]) for file in files])
    least = read.group_by("name_key").aggregate([("name_text", "min")])
    return dict(zip(least["name_key"].to_pylist(), least["name_text_min"].to_pylist(), strict=True))


def _plain(entry: StoredInput) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def _ints(table: pa.Table, name: str) -> Ints:
    return np.asarray(table[name].fill_null(0).to_numpy(), np.int64)
