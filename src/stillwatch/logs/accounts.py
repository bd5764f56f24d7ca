"""Read the accounts file: who signed up when, pays how, and was banned; CSV, JSON Lines or Parquet, packed or not.

Every column but an id may be missing, and many spellings are understood (`account_columns`). A value that cannot be
read is counted and left out; a row without an id is rejected; of two rows with one id the later one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stillwatch.core.errors import InputError
from stillwatch.logs.account_blocks import read_columns
from stillwatch.logs.account_rows import ACCOUNT_SCHEMA, Place, Plan, flat, plan_of, read_row
from stillwatch.logs.entries import entries
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.rejects import RejectLog, Rejects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    table: pa.Table
    """`ACCOUNT_SCHEMA`, one row an account, in the order of the file. Times are nanoseconds since 1970 UTC."""
    rejects: Rejects
    """Rows without an id, and values that could not be read."""
    ignored: tuple[str, ...]
    """Columns of the file that none of ours is made from."""
    warnings: tuple[str, ...]
    fault: str = ""
    """Why the file is known to be incomplete."""


class _Plans:
    """How records are read, by the names of their fields."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, ...], Plan] = {}

    def of(self, record: Mapping[str, Any]) -> Plan:
        names = tuple(record)
        if names not in self.seen:
            self.seen[names] = plan_of(record)
        return self.seen[names]


def read_accounts(path: Path) -> Accounts:
    """Read the file.

    Raises:
        InputError: It holds no account that can be read, or no column that could be an id.
    """
    log, plans = RejectLog(), _Plans()
    fault = ""
    parts: list[pa.Table] = []
    for block in open_blocks(path, least_columns=1):
        log.extend(block.rejects)
        fault = block.fault or fault
        made = read_columns(block, plans.of(dict.fromkeys(block.csv.header))) if block.csv is not None else None
        parts.append(_read_rows(block, plans, log) if made is None else made)
    read = pa.concat_tables(parts) if parts else ACCOUNT_SCHEMA.empty_table()
    if not read.num_rows:
        raise _no_accounts(path, plans.seen)
    table = _last_of_each(read)
    duplicates = read.num_rows - table.num_rows
    return Accounts(
        table=table,
        rejects=log.rejects(),
        ignored=tuple(dict.fromkeys(name for plan in plans.seen.values() for name in plan.ignored)),
        warnings=(f"{duplicates} account ids stand twice; the later row counts",) if duplicates else (),
        fault=fault,
    )


def _read_rows(block: Block, plans: _Plans, log: RejectLog) -> pa.Table:
    rows = []
    for number, _, _, record in entries(block, Limits(), log):
        plain = dict(flat(record)) if dict in map(type, record.values()) else record
        row = read_row(plain, plans.of(plain), Place(log, str(block.path), number))
        if row is not None:
            rows.append(row)
    # Column by column, which takes half the time of a list of rows.
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in ACCOUNT_SCHEMA]
    return pa.table(columns, schema=ACCOUNT_SCHEMA)


def _last_of_each(table: pa.Table) -> pa.Table:
    """Of rows with one id the last, in order."""
    number = table["account_id"].combine_chunks().dictionary_encode()
    if len(number.dictionary) == table.num_rows:
        return table
    last = np.zeros(len(number.dictionary), np.int64)
    last[number.indices.to_numpy()] = np.arange(table.num_rows)  # of several, the last one written stays
    return table.take(np.sort(last))


def _no_accounts(path: Path, plans: Mapping[tuple[str, ...], Plan]) -> InputError:
    seen = sorted({name for names in plans for name in names})
    if plans and not any(plan.ids for plan in plans.values()):
        mend = f"name one column account_id; the file has: {', '.join(seen[:20])}"
        return InputError("no column is an account id", where=str(path), mend=mend)
    return InputError(
        "no account can be read", where=str(path), mend="CSV with a header, JSON Lines or Parquet is read"
    )
