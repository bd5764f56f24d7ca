"""What the accounts file knew at a moment: a scan of the past must not see what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from stillwatch.logs.accounts import Accounts

_LATER: Final = ("banned_at", "status_changed_at")


def known_at(accounts: Accounts | None, until: int | None) -> pa.Table | None:
    """The accounts table with bans that lie at `until` (nanoseconds) or after taken out; all of it where it is None."""
    if accounts is None or until is None:
        return accounts.table if accounts else None
    table = accounts.table
    for name in _LATER:
        if name in table.column_names:
            place = table.schema.get_field_index(name)
            is_past = pc.less(table[name], until)
            table = table.set_column(place, table.schema.field(place), pc.if_else(is_past, table[name], None))
    return table
