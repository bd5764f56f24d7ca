r"""Rules of ownership, a TOML file that people write: law changes by dates, so nothing of it is compiled in.

>>> text = '''
... [[rule]]
... id = "example-50"
... name = "Example Rule"
... threshold = 0.5
... effective_from = 2026-11-10
... source = "https://example.org/rule"
... reviewer = "Ada Kern, counsel"
... '''
>>> rules = read_rules(text, "rules.toml")
>>> from datetime import date
>>> [rule.id for rule in rules_in_force(rules, date(2026, 11, 22))], rules_in_force(rules, date(2026, 11, 9))
(['example-50'], ())
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.ownership import Counted, OwnershipRule
from stillwatch.core.toml_text import TomlText, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

_TABLE: Final = "rule"
_NEEDED: Final = ("id", "name", "threshold", "effective_from", "source", "reviewer")
_FIELDS: Final = (*_NEEDED, "counted", "minority", "lists", "effective_to")


def read_rules(text: str, name: str) -> tuple[OwnershipRule, ...]:
    """The rules of a file; `name` stands in the errors. The same id may stand again for another span of time.

    Raises:
        InputError: It is no TOML.
        SettingsError: A field is unknown, missing or of the wrong kind, there is no rule, or two of one id overlap.
    """
    read = TomlText.of(text, name)
    for key in read.document:
        if key != _TABLE:
            raise SettingsError(f"unknown field {key!r}", where=read.at_key(key), mend=suggestion(key, (_TABLE,)))
    tables = read.document.get(_TABLE, [])
    if not isinstance(tables, list) or not tables:
        raise SettingsError("there is no rule", where=name, mend="write [[rule]] with its fields")
    rules = tuple(_rule(table, read.at_table(_TABLE, number)) for number, table in enumerate(tables))
    _refuse_overlap(rules, name)
    return rules


def rules_in_force(rules: Iterable[OwnershipRule], on: date) -> tuple[OwnershipRule, ...]:
    """Those that hold on a day."""
    return tuple(
        rule for rule in rules if rule.effective_from <= on and (rule.effective_to is None or on < rule.effective_to)
    )


def _rule(table: Any, where: str) -> OwnershipRule:
    if not isinstance(table, dict):
        raise SettingsError("a rule is a table", where=where, mend="write [[rule]] with its fields")
    for key in table:
        if key not in _FIELDS:
            raise SettingsError(f"unknown field {key!r}", where=where, mend=suggestion(key, _FIELDS))
    for key in _NEEDED:
        if key not in table:
            raise SettingsError(f"the rule lacks {key}", where=where, mend=f"add {key} = …")
    start, end = _day(table, "effective_from", where), _day(table, "effective_to", where)
    if start is None or (end is not None and end <= start):
        raise SettingsError("the rule ends before it begins", where=where, mend="mend effective_from or effective_to")
    return OwnershipRule(
        **{
            key: _text(table, key, where, may_be_empty=key == "reviewer")
            for key in ("id", "name", "source", "reviewer")
        },
        threshold=_share(table, "threshold", where) or 0.0,
        minority=_share(table, "minority", where),
        counted=_counted(table, where),
        lists=_lists(table, where),
        effective_from=start,
        effective_to=end,
    )


def _text(table: dict[str, Any], key: str, where: str, *, may_be_empty: bool) -> str:
    value = table[key]
    if not isinstance(value, str) or not (value.strip() or may_be_empty):
        raise SettingsError(f"{key} is a text", where=where, mend=f'write {key} = "…"')
    return value.strip()


def _share(table: dict[str, Any], key: str, where: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise SettingsError(f"{key} is a share above 0 and up to 1", where=where, mend=f"write {key} = 0.5")
    return float(value)


def _counted(table: dict[str, Any], where: str) -> Counted:
    value = table.get("counted", Counted.CASCADE.value)
    if value not in set(Counted):
        raise SettingsError("counted is cascade or product", where=where, mend='write counted = "cascade"')
    return Counted(value)


def _lists(table: dict[str, Any], where: str) -> tuple[str, ...]:
    value = table.get("lists", [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise SettingsError("lists is a list of texts", where=where, mend='write lists = ["SDN"]')
    return tuple(value)


def _day(table: dict[str, Any], key: str, where: str) -> date | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise SettingsError(f"{key} is a day", where=where, mend=f"write {key} = 2026-11-10, without quotes")
    return value


def _refuse_overlap(rules: tuple[OwnershipRule, ...], name: str) -> None:
    ordered = sorted(rules, key=lambda rule: (rule.id, rule.effective_from))
    for one, other in pairwise(ordered):
        if one.id == other.id and (one.effective_to is None or one.effective_to > other.effective_from):
            mend = "end the first one where the second begins"
            raise SettingsError(f"rule {one.id!r} stands twice for {other.effective_from}", where=name, mend=mend)
