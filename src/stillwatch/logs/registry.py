"""The accounts file laid beside the accounts of a window."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from stillwatch.logs.hashing import hash_text
from stillwatch.logs.window_rows import Ints, Registry

REGISTRY_KEYS: Final = (
    *("organisation", "email_domain", "email_key", "phone_key", "payment_key", "device_key"),
    *("signup_address", "referral_code", "name_key"),
)


def align(table: pa.Table | None, account_keys: Ints, salt: int) -> Registry:
    """What the file says of each account, by its key, shape (n,); identifiers are hashed with the store's salt."""
    count = len(account_keys)
    place = np.zeros(count, dtype=np.int64)
    known = np.zeros(count, dtype=np.bool_)
    if table is not None and table.num_rows:
        ids = hash_text(table["account_id"].cast(pa.string()), salt)
        order = np.argsort(ids, kind="stable")
        at = np.minimum(np.searchsorted(ids[order], account_keys), len(ids) - 1)
        place, known = order[at], ids[order][at] == account_keys
    take = pa.array(place, mask=~known)

    def column(name: str) -> pa.ChunkedArray | None:
        return table[name].take(take) if table is not None and name in table.column_names else None

    def times(name: str) -> Ints:
        values = column(name)
        return np.full(count, -1, np.int64) if values is None else np.asarray(values.fill_null(-1).to_numpy(), np.int64)

    def texts(name: str) -> tuple[str, ...]:
        values = column(name)
        return ("",) * count if values is None else tuple(value or "" for value in values.to_pylist())

    def hashed(name: str) -> Ints:
        values = column(name)
        return np.zeros(count, np.int64) if values is None else hash_text(values.cast(pa.string()), salt)

    return Registry(
        known=known,
        created_at=times("created_at"),
        banned_at=times("banned_at"),
        keys={name: hashed(name) for name in REGISTRY_KEYS},
        email_domain=texts("email_domain"),
        organisation=texts("organisation"),
    )
