"""The accounts file beside the accounts of a window."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from stillwatch.logs.hashing import hash_one
from stillwatch.logs.registry import align

_SALT = 9


def keys(*names: str) -> np.ndarray:
    return np.array([hash_one(name, _SALT) for name in names], np.int64)


def test_each_account_gets_the_row_of_its_name_whatever_the_order() -> None:
    table = pa.table({"account_id": ["b", "a"], "created_at": [2, 1], "email_domain": ["b.example", None]})
    found = align(table, keys("a", "x", "b"), _SALT)
    assert found.known.tolist() == [True, False, True]
    assert found.created_at.tolist() == [1, -1, 2]
    assert found.email_domain == ("", "", "b.example")


def test_identifiers_are_hashed_with_the_salt_of_the_store() -> None:
    found = align(pa.table({"account_id": ["a"], "payment_key": ["card-1"]}), keys("a"), _SALT)
    assert found.keys["payment_key"].tolist() == [hash_one("card-1", _SALT)]
    assert found.keys["device_key"].tolist() == [0]


def test_without_a_file_nothing_is_known() -> None:
    found = align(None, keys("a"), _SALT)
    assert (found.known.tolist(), found.banned_at.tolist(), found.organisation) == ([False], [-1], ("",))
