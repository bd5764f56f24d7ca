"""Erase from a store one account, or everything before a moment.

forget(Path("stillwatch-out/store"), account_id="acct-0042").exchanges  # how many went
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import SettingsError
from stillwatch.core.forgotten import Forgotten
from stillwatch.logs.blank_rejects import blank_rejects
from stillwatch.logs.contents import count_contents
from stillwatch.logs.retention import forget_account, forget_before
from stillwatch.logs.store import hold
from stillwatch.logs.summaries import drop_summaries
from stillwatch.service.store_info import open_existing

if TYPE_CHECKING:
    from pathlib import Path


def forget(root: Path, *, account_id: str | None = None, before: int | None = None) -> Forgotten:
    """Erase the account, or what started before `before` (nanoseconds since 1970 UTC); one of the two is given.

    The log files stay known as read: scanning them again brings nothing back. A call that was killed half-way finishes
    when it is made again.

    Raises:
        InputError: There is no store.
        SettingsError: Neither or both are given, or another process writes to the store.
    """
    if (account_id is None) == (before is None) or account_id == "":
        raise SettingsError("nothing says what to erase", where=str(root), mend="name either an account or a time")
    store = open_existing(root)
    with hold(root):
        drop_summaries(store)
        erased = forget_before(store, before) if before is not None else forget_account(store, account_id or "")
        return Forgotten(
            store=str(root), exchanges=erased, blanked=blank_rejects(store), left=count_contents(store).exchanges
        )
