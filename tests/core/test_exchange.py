"""The one table that names the columns of an exchange."""

from __future__ import annotations

from stillwatch.core.exchange import EXCHANGE_FIELDS

_SQL_WORDS = frozenset(("at", "window", "end", "order", "group", "start", "user", "select", "from", "key", "value"))


def test_names_are_unique_explained_and_no_sql_words() -> None:
    names = [field.name for field in EXCHANGE_FIELDS]
    assert len(set(names)) == len(names)
    assert not _SQL_WORDS & set(names)
    assert all(field.meaning for field in EXCHANGE_FIELDS)


def test_moments_and_sizes_say_what_they_are() -> None:
    kinds = {field.name: field.kind for field in EXCHANGE_FIELDS}
    assert {kinds[name] for name in kinds if name.endswith("_at")} == {"int"}
    assert {kinds[name] for name in kinds if name.startswith("is_")} == {"bool"}
