"""The authorised-use ledger under the names of an export: who is covered and when, and nobody's name.

>>> from stillwatch.core.authorised import Authorised
>>> entry = Authorised(name="Red team", account_ids=("acct-1", "acct-9"), valid_until=1_767_225_600_000_000_000)
>>> print(export_ledger([entry], {"acct-1": "5f0c"}))
[[authorised]]
name = "entry 1"
account_ids = ["5f0c"]
valid_until = 2026-01-01T00:00:00.000000Z
<BLANKLINE>
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stillwatch.core.authorised import Authorised

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


def export_ledger(entries: Iterable[Authorised], tokens: Mapping[str, str]) -> str:
    """The ledger as TOML; accounts that are not in the export are left out, and entries without any."""
    return "\n".join(line for number, entry in enumerate(entries, 1) for line in _entry(entry, number, tokens))


def _entry(entry: Authorised, number: int, tokens: Mapping[str, str]) -> Iterator[str]:
    mine = [tokens[one] for one in entry.account_ids if one in tokens]
    if not mine:
        return
    yield "[[authorised]]"
    yield f'name = "entry {number}"'
    yield f"account_ids = {json.dumps(mine)}"
    for name in ("valid_from", "valid_until"):
        at = getattr(entry, name)
        if at is not None:
            yield f"{name} = {_START + timedelta(microseconds=at // 1000):%Y-%m-%dT%H:%M:%S.%fZ}"
    yield ""
