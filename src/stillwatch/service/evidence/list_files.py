"""All files below a folder, as they can be read and sealed; whatever else lies there is named, never passed over.

Names are ordered as they are sealed. Links are followed only where that was asked for, and then only to files: what
lies behind a linked folder would be sealed by nobody. Empty folders are nothing.
"""

from __future__ import annotations

import os
import stat
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.file_manifest import WHOLE, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Oddity(StrEnum):
    """What is there and cannot be sealed."""

    LINK = "a link"
    LINKED_FOLDER = "a link to a folder, or to nothing"
    SPECIAL = "neither file nor folder"
    UNREADABLE = "a folder that cannot be read"
    NAME = "a name that is no Unicode"


class FileState(NamedTuple):
    """Tells whether a file is still the one that was looked at: nobody changes its bytes and leaves all of these."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


class ListedFile(NamedTuple):
    path: str
    """Below what was listed, with slashes; `WHOLE` where that is itself a file."""
    state: FileState


class Odd(NamedTuple):
    path: str
    why: Oddity


class Listing(NamedTuple):
    files: tuple[ListedFile, ...]
    odd: tuple[Odd, ...]
    ignored: tuple[str, ...]
    """Of the paths to be ignored, those that are there."""


def state_of(found: os.stat_result) -> FileState:
    return FileState(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


def list_files(root: Path, *, follows_links: bool = False, ignored: Iterable[str] = ()) -> Listing:
    """List a folder, or one file.

    Args:
        root: What is to be sealed or checked.
        follows_links: Take a link to a file for that file.
        ignored: Paths below it that are left out, with all below them.

    Raises:
        InputError: There is nothing.
    """
    if not root.exists():
        raise InputError("there is nothing there", where=str(root), mend="name the folder or the file")
    if root.is_symlink() and root.is_file() and not follows_links:
        return Listing((), (Odd(WHOLE, Oddity.LINK),), ())
    if root.is_file():
        return Listing((ListedFile(WHOLE, state_of(root.stat())),), (), ())
    left_out = frozenset(str(PurePosixPath(one)) for one in ignored)
    files: list[ListedFile] = []
    odd: list[Odd] = []
    met: list[str] = []
    for path, found in _walked(root, left_out, met):
        if isinstance(found, Oddity):
            odd.append(Odd(path, found))
        else:
            _sort(path, found, files, odd, follows_links=follows_links)
    files.sort(key=lambda one: Part(one.path).order)
    return Listing(tuple(files), tuple(sorted(odd)), tuple(sorted(met)))


def _walked(root: Path, left_out: frozenset[str], met: list[str]) -> Iterator[tuple[str, os.DirEntry[str] | Oddity]]:
    """Everything but folders; without recursion, since folders may lie deeper in one another than Python goes."""
    folders = [""]
    while folders:
        below = folders.pop()
        try:
            entries = list(os.scandir(f"{root}/{below}"))
        except OSError:
            yield below or WHOLE, Oddity.UNREADABLE
            continue
        for entry in entries:
            path = f"{below}/{entry.name}" if below else entry.name
            if path in left_out:
                met.append(path)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                yield path, entry


def _sort(path: str, entry: os.DirEntry[str], files: list[ListedFile], odd: list[Odd], *, follows_links: bool) -> None:
    if not _is_unicode(path):
        odd.append(Odd(os.fsencode(path).decode("utf-8", "backslashreplace"), Oddity.NAME))
    elif entry.is_symlink() and not follows_links:
        odd.append(Odd(path, Oddity.LINK))
    elif entry.is_symlink() and not entry.is_file():
        odd.append(Odd(path, Oddity.LINKED_FOLDER))
    elif not stat.S_ISREG((found := entry.stat()).st_mode):
        odd.append(Odd(path, Oddity.SPECIAL))
    else:
        files.append(ListedFile(path, state_of(found)))


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
