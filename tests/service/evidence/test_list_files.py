"""Everything below a folder is listed, and what cannot be sealed is named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.evidence.list_files import Odd, Oddity, list_files, state_of

if TYPE_CHECKING:
    from pathlib import Path


def _folder(root: Path) -> Path:
    for path in ("a/b.bin", "a.txt", "a-b", ".git/HEAD", "c/.gitignore", ".gitignore"):
        (root / path).parent.mkdir(exist_ok=True, parents=True)
        (root / path).write_text(path, "utf-8")
    (root / "empty").mkdir()
    return root


def test_files_are_listed_in_their_order_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    root = _folder(tmp_path)
    found = list_files(root, ignored=(".git", ".gitignore", "nothing"))
    assert [one.path for one in found.files] == ["a/b.bin", "a-b", "a.txt", "c/.gitignore"]
    assert found.files[0].state == state_of((root / "a/b.bin").stat())
    assert (found.odd, found.ignored) == ((), (".git", ".gitignore"))
    assert [one.path for one in list_files(root).files][:2] == [".git/HEAD", ".gitignore"]
    assert [one.path for one in list_files(root / "a.txt").files] == ["."]
    with pytest.raises(InputError, match="nothing there"):
        list_files(root / "nowhere")


def test_what_cannot_be_sealed_is_named(tmp_path: Path) -> None:
    root = _folder(tmp_path)
    (root / "link").symlink_to("a.txt")
    (root / "linked").symlink_to("a")
    (root / "dangling").symlink_to("nowhere")
    os.mkfifo(root / "pipe")
    (root / os.fsdecode(b"bad\xff")).touch()
    found = list_files(root)
    assert found.odd == (
        Odd("bad\\xff", Oddity.NAME),
        Odd("dangling", Oddity.LINK),
        Odd("link", Oddity.LINK),
        Odd("linked", Oddity.LINK),
        Odd("pipe", Oddity.SPECIAL),
    )
    followed = list_files(root, follows_links=True)
    assert [one.path for one in followed.odd if one.why is Oddity.LINKED_FOLDER] == ["dangling", "linked"]
    assert "link" in {one.path for one in followed.files}
    assert list_files(root / "link").odd == (Odd(".", Oddity.LINK),)


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = _folder(tmp_path)
    scan = os.scandir

    def refused(folder: str):
        if folder.endswith("/a"):
            raise PermissionError
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refused)
    found = list_files(root)
    assert (found.odd, "a.txt" in {one.path for one in found.files}) == ((Odd("a", Oddity.UNREADABLE),), True)


def test_folders_lie_as_deep_in_one_another_as_the_system_lets_them(tmp_path: Path) -> None:
    folders = [f"{tmp_path}{'/a' * depth}" for depth in range(1, 1_100)]
    for one in folders:
        os.mkdir(one)  # noqa: PTH102  # a Path is slow when it is that deep
    file = f"{folders[-1]}/w"
    os.close(os.open(file, os.O_CREAT))
    assert [one.path for one in list_files(tmp_path).files] == ["a/" * 1_099 + "w"]
    os.unlink(file)  # noqa: PTH108  # same
    for one in reversed(folders):
        os.rmdir(one)  # noqa: PTH106  # same
