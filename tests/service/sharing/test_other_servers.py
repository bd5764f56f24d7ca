"""Our client against servers of TAXII that others wrote, each in an environment of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import orjson
import pytest

from other_taxii_server import NAMES, PASSWORD, PYTHON, USER, OtherTaxiiServer
from stillwatch.service.sharing.poll_collection import poll_collection
from stillwatch.service.sharing.taxii_client import TaxiiClient
from stillwatch.service.sharing.taxii_way import Shown, TaxiiWay

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="medallion and OpenTAXII are not installed: run `make test`"
)


def id_of(letter: str) -> str:
    return f"identity--{UUID(int=ord(letter), version=4)}"


def document(letter: str) -> dict[str, str]:
    """What OpenTAXII, which checks objects, takes for one."""
    time = "2026-11-01T00:00:00.000Z"
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": id_of(letter),
        "created": time,
        "modified": time,
        "name": letter,
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_others_serve_is_read_page_by_page_and_gone_on_with(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "from"
    folder.mkdir()
    with OtherTaxiiServer(name, tmp_path) as server:
        way = TaxiiWay(server.root, Shown(user=USER, secret=PASSWORD))
        client = TaxiiClient(way)
        (collection,) = client.collections(server.root)
        assert (collection.title, collection.can_read, collection.can_write) == ("c", True, True)

        def send(letters: str) -> None:
            client.add(collection.url, [orjson.dumps(document(letter)) for letter in letters])

        def poll() -> list[str]:
            files = [page.file for page in poll_collection(client, collection.url, folder, limit=2) if page.file]
            return [one["id"] for file in files for one in orjson.loads(file.read_bytes())["objects"]]

        assert poll() == []
        send("abcde")
        assert sorted(poll()) == [id_of(letter) for letter in "abcde"]
        assert poll() == []
        send("fg")
        assert sorted(poll()) == [id_of(letter) for letter in "fg"]
        way.close()
