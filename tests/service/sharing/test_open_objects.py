"""An address is a file or a database."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.sharing.open_objects import open_objects
from stillwatch.service.sharing.sqlite_objects import SqliteObjects

if TYPE_CHECKING:
    from pathlib import Path


def test_a_path_is_a_file(tmp_path: Path) -> None:
    async def act() -> None:
        store = await open_objects(str(tmp_path / "objects.db"), clock=lambda: 1.0)
        assert isinstance(store, SqliteObjects)
        await store.close()

    asyncio.run(act())


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_an_address_is_a_database(scheme: str) -> None:
    pytest.importorskip("asyncpg")
    with pytest.raises(PeerError, match="the database cannot be reached"):
        asyncio.run(open_objects(f"{scheme}://127.0.0.1:1/x", clock=lambda: 1.0))


def test_without_its_library_the_mend_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    monkeypatch.delitem(sys.modules, "stillwatch.service.sharing.postgres_objects", raising=False)
    with pytest.raises(SettingsError, match=r"stillwatch\[hub\]"):
        asyncio.run(open_objects("postgresql://127.0.0.1:1/x", clock=lambda: 1.0))
