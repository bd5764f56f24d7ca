"""Read the accounts file: who signed up when, pays how, and was banned; CSV, JSON Lines or Parquet, packed or not.

Every column but an id may be missing, and many spellings are understood (`account_columns`). A value that cannot be
read is counted and left out; a row without an id is rejected; of two rows with one id the later one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from stillwatch.core.errors import InputError
from stillwatch.logs.account_columns import (
    ACCOUNT_COLUMNS,
    CONVERTERS,
    ID_SPELLINGS,
    KEY_SPELLINGS,
    lowered,
    plain_name,
    stripped,
)
from stillwatch.logs.entries import entries
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.rejects import RejectLog, Rejects
from stillwatch.logs.values import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NO_ID: Final = "no account id"
_TYPES: Final = {"text": pa.string(), "time": pa.int64(), "bool": pa.bool_()}
ACCOUNT_SCHEMA: Final = pa.schema(
    [
        pa.field("account_id", pa.string(), nullable=False),
        *(pa.field(column.name, _TYPES[column.kind]) for column in ACCOUNT_COLUMNS),
        pa.field("api_key_ids", pa.list_(pa.string())),
    ]
)
_BANNED: Final = frozenset(("banned", "suspended", "disabled", "terminated", "blocked", "revoked", "deactivated"))
_KEY_SEPARATORS: Final = str.maketrans(";|", "  ")
_TRUTH: Final = frozenset(("true", "false", "yes", "no", "0", "1"))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Which fields of a record make which column, the surest first."""

    ids: tuple[str, ...]
    keys: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...]


def read_accounts(path: Path) -> Accounts:
    """Read the file.

    Raises:
        InputError: It holds no account that can be read, or no column that could be an id.
    """
    log = RejectLog()
    rows: dict[str, dict[str, Any]] = {}
    duplicates = 0
    fault = ""
    plans: dict[tuple[str, ...], _Plan] = {}
    for block in open_blocks(path, least_columns=1):
        log.extend(block.rejects)
        fault = block.fault or fault
        for number, _, _, record in entries(block, Limits(), log):
            flat = dict(_flat(record)) if dict in map(type, record.values()) else record
            names = tuple(flat)
            if names not in plans:
                plans[names] = _plan(flat)
            row = _row(flat, plans[names], _Place(log, str(path), number))
            if row is not None:
                duplicates += row["account_id"] in rows
                rows.pop(row["account_id"], None)
                rows[row["account_id"]] = row
    if not rows:
        raise _no_accounts(path, plans)
    return Accounts(
        table=_table(list(rows.values())),
        rejects=log.rejects(),
        ignored=tuple(dict.fromkeys(name for plan in plans.values() for name in plan.ignored)),
        warnings=(f"{duplicates} account ids stand twice; the later row counts",) if duplicates else (),
        fault=fault,
    )


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    """Column by column, which takes half the time of a list of rows; a million accounts are usual."""
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in ACCOUNT_SCHEMA]
    return pa.table(columns, schema=ACCOUNT_SCHEMA)


@dataclass(frozen=True, slots=True)
class _Place:
    log: RejectLog
    path: str
    number: int

    def reject(self, reason: str, record: str) -> None:
        self.log.add(reason, path=self.path, line=self.number, record=record)


def _no_accounts(path: Path, plans: Mapping[tuple[str, ...], _Plan]) -> InputError:
    seen = sorted({name for names in plans for name in names})
    if plans and not any(plan.ids for plan in plans.values()):
        mend = f"name one column account_id; the file has: {', '.join(seen[:20])}"
        return InputError("no column is an account id", where=str(path), mend=mend)
    return InputError(
        "no account can be read", where=str(path), mend="CSV with a header, JSON Lines or Parquet is read"
    )


def _flat(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict) and prefix.count(".") < 4:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _plan(record: Mapping[str, Any]) -> _Plan:
    plain = {name: plain_name(name) for name in record}
    ids = sorted(
        (name for name in record if plain[name] in ID_SPELLINGS), key=lambda name: ID_SPELLINGS.index(plain[name])
    )
    spelled = {column.name: _spelled(plain, column.spellings.split()) for column in ACCOUNT_COLUMNS}
    columns = {column: names for column, names in spelled.items() if names}
    keys = tuple(name for name in record if plain[name] in KEY_SPELLINGS and name != next(iter(ids), None))
    used = {*ids[:1], *keys, *(name for names in columns.values() for name in names)}
    return _Plan(
        ids=tuple(ids[:1]), keys=keys, columns=columns, ignored=tuple(name for name in record if name not in used)
    )


def _spelled(plain: Mapping[str, str], spellings: list[str]) -> tuple[str, ...]:
    found = [name for name in plain if plain[name] in spellings]
    return tuple(sorted(found, key=lambda name: spellings.index(plain[name])))


def _row(record: Mapping[str, Any], plan: _Plan, place: _Place) -> dict[str, Any] | None:
    account_id = stripped(record[plan.ids[0]]) if plan.ids else None
    if account_id is None:
        place.reject(NO_ID, ", ".join(f"{name}={str(value)[:40]}" for name, value in list(record.items())[:8]))
        return None
    row: dict[str, Any] = {"account_id": account_id, "api_key_ids": _key_ids(record, plan, account_id)}
    for column, names in plan.columns.items():
        row[column] = _value(column, record, names, place)
    _derive(row, record, plan)
    return row


def _value(column: str, record: Mapping[str, Any], names: tuple[str, ...], place: _Place) -> Any:
    for name in names:
        value = record[name]
        if value is None or value == "" or (column == "banned_at" and _is_truth(value)):
            continue
        found = CONVERTERS[column](value)
        if found is not None:
            return found
        place.reject(f"bad value: {column}", f"{name}={str(value)[:100]}")
    return None


def _is_truth(value: Any) -> bool:
    """Whether a column such as `banned` says yes or no rather than when."""
    return isinstance(value, bool) or str(value).strip().lower() in _TRUTH


def _derive(row: dict[str, Any], record: Mapping[str, Any], plan: _Plan) -> None:
    mail = row.get("email_key")
    if row.get("email_domain") is None and mail is not None and "@" in mail:
        row["email_domain"] = mail.rpartition("@")[2]
    is_said = any(lowered(str(record[name])) in ("true", "yes", "1") for name in plan.columns.get("banned_at", ()))
    if row.get("status") is None and is_said:
        row["status"] = "banned"
    if row.get("banned_at") is None and row.get("status") in _BANNED:
        row["banned_at"] = row.get("status_changed_at")


def _key_ids(record: Mapping[str, Any], plan: _Plan, account_id: str) -> list[str] | None:
    found: dict[str, None] = {}
    for name in plan.keys:
        value = parsed(record[name])
        if isinstance(value, str) and plain_name(name).endswith("s"):
            value = value.translate(_KEY_SEPARATORS).split()
        for item in value if isinstance(value, list) else [value]:
            key = stripped(item)
            if key is not None and key != account_id:
                found[key] = None
    return list(found) or None
