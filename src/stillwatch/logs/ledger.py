r"""Read the authorised-use ledger, a TOML file that people write by hand.

>>> entry = '[[authorised]]\nname = "Red team"\naccount_ids = ["acct-1"]\nvalid_until = 2026-12-31\n'
>>> parse_ledger(entry)[0].account_ids
('acct-1',)
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.authorised import Authorised
from stillwatch.core.errors import InputError
from stillwatch.core.policy import Wants
from stillwatch.core.toml_text import TomlText, suggestion
from stillwatch.logs.times import time_ns
from stillwatch.logs.toml_file import load_toml

if TYPE_CHECKING:
    from pathlib import Path

_TABLE: Final = "authorised"
_TEXTS: Final = ("name", "organisation", "purpose", "contract", "licence")
_TIMES: Final = ("valid_from", "valid_until")
_KEYS: Final = (*_TEXTS, "account_ids", "features", *_TIMES)
_EXAMPLE: Final = 'write [[authorised]] with name = "..." and account_ids = ["..."]'
_DAY: Final = dt.timedelta(days=1)


def load_ledger(path: Path) -> tuple[Authorised, ...]:
    """The entries of the ledger. Raises `InputError` with the line of the entry and the mend."""
    return _entries_of(load_toml(path))


def parse_ledger(toml: str, name: str = "ledger") -> tuple[Authorised, ...]:
    """As `load_ledger`, from text; `name` stands in the errors."""
    return _entries_of(TomlText.of(toml, name))


def _entries_of(toml: TomlText) -> tuple[Authorised, ...]:
    for key in toml.document:
        if key != _TABLE:
            raise InputError(f"unknown key {key!r}", where=toml.at_key(key), mend=suggestion(key, (_TABLE,)))
    tables = toml.document.get(_TABLE, [])  # a customer without licensed parties keeps an empty ledger
    if not isinstance(tables, list):
        raise InputError("authorised is no list of tables", where=toml.at_key(_TABLE), mend=_EXAMPLE)
    entries = tuple(_entry(table, toml.at_table(_TABLE, index)) for index, table in enumerate(tables))
    seen: set[str] = set()
    for entry in entries:
        if entry.name in seen:
            mend = "give each entry a name of its own"
            raise InputError(f"the name {entry.name!r} stands twice", where=entry.where, mend=mend)
        seen.add(entry.name)
    return entries


def _entry(table: Any, where: str) -> Authorised:
    if not isinstance(table, dict):
        raise InputError("an entry is no table", where=where, mend=_EXAMPLE)
    for key in table:
        if key not in _KEYS:
            raise InputError(f"unknown key {key!r}", where=where, mend=suggestion(key, _KEYS))
    texts = {key: _text(table, key, where) for key in _TEXTS}
    if not texts["name"]:
        raise InputError("an entry without a name", where=where, mend='add name = "..."')
    times = {key: _time(table, key, where) for key in _TIMES}
    start, end = times["valid_from"], times["valid_until"]
    if start is not None and end is not None and end <= start:
        raise InputError("valid_until lies before valid_from", where=where, mend="mend one of the two")
    features = _features(table, where)
    if features and not texts["licence"]:
        raise InputError("features without a licence", where=where, mend='add licence = "...", or leave features out')
    return Authorised(
        **texts,
        account_ids=_account_ids(table, where),
        features=features,
        valid_from=start,
        valid_until=end,
        where=where,
    )


def _text(table: dict[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise InputError(f"{key} is no text", where=where, mend=f'write {key} = "..."')
    return value.strip()


def _features(table: dict[str, Any], where: str) -> tuple[str, ...]:
    features = table.get("features", [])
    known = tuple(Wants)
    for one in features if isinstance(features, list) else [features]:
        if one not in known:
            raise InputError(f"unknown feature {one!r}", where=where, mend=suggestion(str(one), known))
    return tuple(dict.fromkeys(features))


def _account_ids(table: dict[str, Any], where: str) -> tuple[str, ...]:
    ids = table.get("account_ids")
    mend = 'write account_ids = ["...", "..."]'
    if not isinstance(ids, list) or not all(isinstance(item, str) and item.strip() for item in ids):
        raise InputError("account_ids is no list of texts", where=where, mend=mend)
    if not ids:
        raise InputError("an entry without accounts", where=where, mend=mend)
    return tuple(dict.fromkeys(item.strip() for item in ids))


def _time(table: dict[str, Any], key: str, where: str) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    day = _day(value)
    moment = dt.datetime.combine(day + _DAY * (key == "valid_until"), dt.time(), dt.UTC) if day is not None else value
    found = None if isinstance(moment, (int, float)) else time_ns(moment)
    if found is None:
        raise InputError(f"{key} is no time", where=where, mend=f"write {key} = 2026-01-31 or 2026-01-31T12:00:00Z")
    return found


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
