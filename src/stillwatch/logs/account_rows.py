"""Read accounts row by row: what each value means, and what is said of it where it means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from stillwatch.logs.account_columns import (
    ACCOUNT_COLUMNS,
    CONVERTERS,
    ID_SPELLINGS,
    KEY_SPELLINGS,
    lowered,
    plain_name,
    stripped,
)
from stillwatch.wire.values import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stillwatch.logs.rejects import RejectLog

NO_ID: Final = "no account id"
_TYPES: Final = {"text": pa.string(), "time": pa.int64(), "bool": pa.bool_()}
ACCOUNT_SCHEMA: Final = pa.schema(
    [
        pa.field("account_id", pa.string(), nullable=False),
        *(pa.field(column.name, _TYPES[column.kind]) for column in ACCOUNT_COLUMNS),
        pa.field("api_key_ids", pa.list_(pa.string())),
    ]
)
BANNED: Final = frozenset(("banned", "suspended", "disabled", "terminated", "blocked", "revoked", "deactivated"))
_KEY_SEPARATORS: Final = str.maketrans(";|", "  ")
TRUTH: Final = frozenset(("true", "false", "yes", "no", "0", "1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which fields of a record make which column, the surest first."""

    ids: tuple[str, ...]
    keys: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands, for what is said of it."""

    log: RejectLog
    path: str
    number: int

    def reject(self, reason: str, record: str) -> None:
        self.log.add(reason, path=self.path, line=self.number, record=record)


def flat(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of a record, nested ones under dotted names."""
    for name, value in record.items():
        if isinstance(value, dict) and prefix.count(".") < 4:
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def plan_of(record: Mapping[str, Any]) -> Plan:
    """Which of a record's fields make which column."""
    plain = {name: plain_name(name) for name in record}
    ids = sorted(
        (name for name in record if plain[name] in ID_SPELLINGS), key=lambda name: ID_SPELLINGS.index(plain[name])
    )
    spelled = {column.name: _spelled(plain, column.spellings.split()) for column in ACCOUNT_COLUMNS}
    columns = {column: names for column, names in spelled.items() if names}
    keys = tuple(name for name in record if plain[name] in KEY_SPELLINGS and name != next(iter(ids), None))
    used = {*ids[:1], *keys, *(name for names in columns.values() for name in names)}
    return Plan(
        ids=tuple(ids[:1]), keys=keys, columns=columns, ignored=tuple(name for name in record if name not in used)
    )


def _spelled(plain: Mapping[str, str], spellings: list[str]) -> tuple[str, ...]:
    found = [name for name in plain if plain[name] in spellings]
    return tuple(sorted(found, key=lambda name: spellings.index(plain[name])))


def read_row(record: Mapping[str, Any], plan: Plan, place: Place) -> dict[str, Any] | None:
    """One row of `ACCOUNT_SCHEMA`; None, with a reject, where it has no id."""
    account_id = stripped(record[plan.ids[0]]) if plan.ids else None
    if account_id is None:
        place.reject(NO_ID, ", ".join(f"{name}={str(value)[:40]}" for name, value in list(record.items())[:8]))
        return None
    row: dict[str, Any] = {"account_id": account_id, "api_key_ids": _key_ids(record, plan, account_id)}
    for column, names in plan.columns.items():
        row[column] = _value(column, record, names, place)
    _derive(row, record, plan)
    return row


def _value(column: str, record: Mapping[str, Any], names: tuple[str, ...], place: Place) -> Any:
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
    return isinstance(value, bool) or str(value).strip().lower() in TRUTH


def _derive(row: dict[str, Any], record: Mapping[str, Any], plan: Plan) -> None:
    mail = row.get("email_key")
    if row.get("email_domain") is None and mail is not None and "@" in mail:
        row["email_domain"] = mail.rpartition("@")[2]
    is_said = any(lowered(str(record[name])) in ("true", "yes", "1") for name in plan.columns.get("banned_at", ()))
    if row.get("status") is None and is_said:
        row["status"] = "banned"
    if row.get("banned_at") is None and row.get("status") in BANNED:
        row["banned_at"] = row.get("status_changed_at")


def _key_ids(record: Mapping[str, Any], plan: Plan, account_id: str) -> list[str] | None:
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
