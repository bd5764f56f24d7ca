"""An entry of the ledger as a value."""

from __future__ import annotations

import dataclasses

import pytest

from stillwatch.core.authorised import Authorised


def test_an_entry_without_times_always_holds_and_never_changes() -> None:
    entry = Authorised(name="Red team", account_ids=("a",))
    assert (entry.valid_from, entry.valid_until) == (None, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "other"  # type: ignore[misc]  # the point of the test
