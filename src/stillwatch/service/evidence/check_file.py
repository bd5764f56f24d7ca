"""Check a sealed package where it lies: a zip archive, or the folder that it was unpacked in."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.evidence.case_check import CaseReport, not_done
from stillwatch.evidence.check_package import check_members, check_package
from stillwatch.evidence.store_zip import read_zip

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evidence.case_check import Trust


def check_file(path: Path, trust: Trust) -> CaseReport:
    """Check a package; of a large one no more is held in memory than is being hashed.

    Raises:
        InputError: There is nothing to read.
    """
    try:
        if path.is_dir():
            unpacked = not_done("archive", "it was unpacked: what lay in the archive beside its files is not known")
            return check_members(members_of(path), trust, (unpacked,))
        return check_package(_mapped(path), trust)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend="name the package") from error


def members_of(path: Path) -> dict[str, memoryview]:
    """Path → contents of the files of a package, maps of what lies on the disk.

    Raises:
        InputError: A file of an unpacked one is no plain file.
        VerificationError: The archive is not written as a package is.
    """
    return _below(path) if path.is_dir() else read_zip(_mapped(path))


def _below(folder: Path) -> dict[str, memoryview]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    if linked := [path for path in paths if not path.is_file() or path.is_symlink()]:
        raise InputError("is no plain file", where=str(linked[0]), mend="unpack the package again")
    return {path.relative_to(folder).as_posix(): _mapped(path) for path in paths}


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
