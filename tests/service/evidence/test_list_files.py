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


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    root = _folder(tmp_path)
    (root / "a").chmod(0)
    assert list_files(root).odd == (Odd("a", Oddity.UNREADABLE),)
    (root / "a").chmod(0o700)
