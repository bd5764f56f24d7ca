"""Pages become files, each once, whoever is killed when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from carried import document, id_of
from stillwatch.core.errors import InputError, PeerError, SettingsError
from stillwatch.service.sharing.poll_collection import CURSOR_NAME, poll_collection
from stillwatch.service.sharing.taxii_client import Cursor, ObjectsPage

if TYPE_CHECKING:
    from pathlib import Path

_URL = "https://hub.example/intel/collections/c/"


class Client:
    """Gives what it is told, by number of objects read."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        self.fails_at = -1

    def objects(self, url: str, cursor: Cursor, *, limit: int, types: Any) -> ObjectsPage:
        del url, types
        if cursor.last_added_us == self.fails_at:
            raise PeerError("gone")
        start = cursor.last_added_us
        page = self.letters[start : start + limit]
        after = Cursor(last_added_us=start + len(page), seen=("x",))
        return ObjectsPage(tuple(document(one) for one in page), after, start + limit < len(self.letters))


def poll(client: Client, folder: Path) -> list[tuple[int, str]]:
    return [(one.objects, one.file.name if one.file else "") for one in poll_collection(client, _URL, folder, limit=2)]


def read(folder: Path) -> list[str]:
    return [
        one["id"] for file in sorted(folder.glob("page-*.json")) for one in orjson.loads(file.read_bytes())["objects"]
    ]


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    client = Client("abc")
    assert poll(client, tmp_path) == [(2, "page-000000000.json"), (1, "page-000000001.json")]
    assert poll(client, tmp_path) == [(0, "")]
    client.letters = "abcd"
    assert poll(client, tmp_path) == [(1, "page-000000002.json")]
    assert read(tmp_path) == [id_of(letter) for letter in "abcd"]


def test_what_came_before_a_failure_is_kept(tmp_path: Path) -> None:
    client = Client("abcde")
    client.fails_at = 4
    with pytest.raises(PeerError):
        poll(client, tmp_path)
    client.fails_at = -1
    assert poll(client, tmp_path) == [(1, "page-000000002.json")]
    assert read(tmp_path) == [id_of(letter) for letter in "abcde"]


def test_killed_between_page_and_cursor_the_page_is_written_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stillwatch.service.sharing import poll_collection as module

    whole = module.write_whole

    def dies(path: Path, content: bytes, *, mode: int) -> None:
        if path.name == CURSOR_NAME:
            raise KeyboardInterrupt
        whole(path, content, mode=mode)

    monkeypatch.setattr(module, "write_whole", dies)
    with pytest.raises(KeyboardInterrupt):
        poll(Client("abc"), tmp_path)
    first = (tmp_path / "page-000000000.json").read_bytes()
    monkeypatch.undo()
    poll(Client("abc"), tmp_path)
    assert (tmp_path / "page-000000000.json").read_bytes() == first
    assert read(tmp_path) == [id_of(letter) for letter in "abc"]


def test_a_server_that_gives_the_same_page_for_ever_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client("a")
    same = ObjectsPage((), Cursor(next="n"), has_more=True)
    monkeypatch.setattr(client, "objects", lambda *_, **__: same)
    with pytest.raises(PeerError, match="the same pages again and again"):
        poll(client, tmp_path)


def test_a_folder_follows_one_collection(tmp_path: Path) -> None:
    poll(Client("a"), tmp_path)
    with pytest.raises(InputError, match=r"cursor\.json: this folder follows https://hub\.example"):
        list(poll_collection(Client("a"), "https://other/", tmp_path))


@pytest.mark.parametrize("text", [b"{", b"{}", b'{"cursor":{"next":1,"x":2},"pages":0}', b"[]"])
def test_a_damaged_cursor_is_said(text: bytes, tmp_path: Path) -> None:
    (tmp_path / CURSOR_NAME).write_bytes(text)
    with pytest.raises(InputError, match="this is no cursor"):
        poll(Client("a"), tmp_path)


def test_a_folder_that_is_missing_is_a_matter_of_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        poll(Client("a"), tmp_path / "missing")
