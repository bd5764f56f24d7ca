"""The export that settings name, and which span of time it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from database_logs import sqlite_log
from exchange_log import MINUTE, START, exchange, quiet
from stillwatch.core.errors import InputError
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.service.ask_database import ask_database
from stillwatch.service.export_settings import ExportSettings
from stillwatch.service.settings import ScanSettings
from stillwatch.service.take_in import take_in

if TYPE_CHECKING:
    from pathlib import Path

_NEW = (
    "SELECT * FROM log WHERE started_at / 1e9 >= unixepoch(?1) AND started_at / 1e9 < unixepoch(?2) ORDER BY started_at"
)


@pytest.fixture
def asked(tmp_path: Path) -> ScanSettings:
    address = sqlite_log(tmp_path / "log.db", [exchange(number) for number in range(60)])
    (tmp_path / "new.sql").write_text(_NEW)
    export = ExportSettings(address=address, query=tmp_path / "new.sql", until=START + 30 * MINUTE)
    (tmp_path / "store").mkdir()
    return ScanSettings(store=tmp_path / "store", export=export, workers=1)


def bounds(asked: ScanSettings) -> Bounds | None:
    with ask_database(asked) as export:
        return export.bounds if export else None


def with_changes(asked: ScanSettings, **changes: Any) -> ScanSettings:
    return ScanSettings(store=asked.store, export=asked.export, workers=1, **changes)


def test_the_first_span_begins_where_the_scan_does_and_the_next_where_it_ended(asked: ScanSettings) -> None:
    since, end = START + 10 * MINUTE, START + 20 * MINUTE
    assert bounds(asked) == Bounds(0, START + 30 * MINUTE)
    part = with_changes(asked, since=since, until=end)
    assert bounds(part) == Bounds(since, end)
    take_in(part, None, quiet)
    assert bounds(with_changes(asked, since=since)) == Bounds(end, START + 30 * MINUTE)
    store, inputs = take_in(asked, None, quiet)
    assert [entry.path.rpartition(".sql ")[2] for entry in sorted(inputs, key=lambda one: one.until)] == [
        "2026-03-01T09:10:00Z to 2026-03-01T09:20:00Z",
        "2026-03-01T09:20:00Z to 2026-03-01T09:30:00Z",
    ]
    assert sum(part.exchanges for part in store.parts().values()) == 20


def test_nothing_is_asked_where_all_was_read(asked: ScanSettings) -> None:
    _, inputs = take_in(asked, None, quiet)
    assert bounds(asked) is None
    assert take_in(asked, None, quiet)[1] == inputs


@pytest.mark.parametrize("text", ["", "\n", None])
def test_a_query_that_is_not_there_is_said(asked: ScanSettings, text: str | None) -> None:
    assert asked.export is not None
    asked.export.query.unlink()
    if text is not None:
        asked.export.query.write_text(text)
    with pytest.raises(InputError, match=r"new\.sql: .*query.*write one SELECT there"):
        bounds(asked)


def test_the_password_is_not_shown() -> None:
    assert "hunter2" not in repr(ExportSettings(address="duckdb:x", query=None, password="hunter2"))  # noqa: S106  # opens nothing
