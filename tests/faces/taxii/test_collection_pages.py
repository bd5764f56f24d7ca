"""What the pages of a collection hold beyond what the tests of the application ask."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from carried import carried, id_of
from stillwatch.core.marking import Tlp
from stillwatch.faces.taxii.answer import TaxiiError
from stillwatch.faces.taxii.collection_pages import CollectionPages
from stillwatch.service.sharing.sqlite_objects import SqliteObjects
from stillwatch.service.sharing.taxii_settings import TaxiiLimits

if TYPE_CHECKING:
    from pathlib import Path


def test_versions_are_paged_like_objects(tmp_path: Path) -> None:
    async def act() -> list[str]:
        store = SqliteObjects(tmp_path / "objects.db", clock=lambda: 1.0)
        await store.append("c", [carried("a", day) for day in (1, 2, 3)], by="m")
        pages = CollectionPages(store, TaxiiLimits())
        first = json.loads((await pages.versions("c", b"limit=2", Tlp.RED, id_of("a"))).body)
        token = first["next"].encode()
        second = json.loads((await pages.versions("c", b"next=" + token, Tlp.RED, id_of("a"))).body)
        await store.close()
        assert (first["more"], second["more"]) == (True, False)
        return [*first["versions"], *second["versions"]]

    assert [version[8:10] for version in asyncio.run(act())] == ["01", "02", "03"]


def test_an_id_in_the_path_and_in_the_query_is_one_too_many(tmp_path: Path) -> None:
    async def act() -> None:
        store = SqliteObjects(tmp_path / "objects.db", clock=lambda: 1.0)
        try:
            await CollectionPages(store, TaxiiLimits()).objects("c", b"match[id]=a", Tlp.RED, "b")
        finally:
            await store.close()

    with pytest.raises(TaxiiError, match="the path names one object"):
        asyncio.run(act())
