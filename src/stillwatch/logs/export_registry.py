"""What the accounts file says of the accounts of an export: times stay, names and values become tokens.

Two accounts that had one card, domain or device have one token in its place; nobody can tell which card it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.hashing import hash_text
from stillwatch.logs.order_kept import token_of_each
from stillwatch.logs.registry import REGISTRY_KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.rekey import Ints

_TIMES: Final = ("created_at", "banned_at")


def export_registry(  # noqa: PLR0913, PLR0917  # old and new names of the accounts, and how new ones are made
    accounts: pa.Table, old_salt: int, keys: Ints, tokens: Sequence[str | None], salt: int, secret: bytes
) -> pa.Table:
    """The rows of the accounts that are in the export, in order of their token.

    Args:
        accounts: As `accounts.read_accounts` gives it.
        old_salt: Of the store that the export is made from.
        keys: Of its accounts, ascending, shape (n,).
        tokens: What they are called in the export, of length n.
        salt: Of the export.
        secret: Makes the tokens.
    """
    ids = hash_text(accounts["account_id"].cast(pa.string()), old_salt)
    place = np.minimum(np.searchsorted(keys, ids), max(0, len(keys) - 1))
    mine = np.flatnonzero(keys[place] == ids) if len(keys) else np.zeros(0, np.int64)
    table = accounts.take(pa.array(mine))
    columns = {"account_id": pa.array([tokens[at] for at in place[mine].tolist()], pa.string())}
    columns |= {name: _moments(table[name]) for name in _TIMES if name in table.column_names}
    for name in REGISTRY_KEYS:
        if name in table.column_names and table[name].null_count < len(mine):
            hashes = hash_text(table[name].cast(pa.string()), old_salt)
            columns[name] = pa.array(token_of_each(hashes, salt, secret + name.encode()), pa.string())
    return pa.table(columns).sort_by("account_id")


def _moments(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(values, pa.timestamp("ns", "UTC"))
