"""Files that only their owner may read: written so, and refused where they have become readable for others.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     write_secret(Path(folder) / "key", b"secret")
...     read_secret(Path(folder) / "key")
b'secret'
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES: Final = 1 << 20
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file; one that is there stays, since a key that is lost cannot be made again.

    Raises:
        SettingsError: There is one already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        mend = "name another file, or move the old one away"
        raise SettingsError("there is a file already", where=str(path), mend=mend) from error
    except OSError as error:
        mend = "name a file in a folder that may be written to"
        raise SettingsError(f"cannot be written: {error.strerror}", where=str(path), mend=mend) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_secret(path: Path) -> bytes:
    """Read a file that nobody else may read; what is checked is the file that is read, not one that took its place.

    Raises:
        SettingsError: Others may read or write it, it is another user's, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            _refuse_shared(os.fstat(file.fileno()), str(path))
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(path), mend="name the file") from error
    if len(content) > _MOST_BYTES:
        raise SettingsError("too large for a key", where=str(path), mend="name the file of a key")
    return content


def _refuse_shared(state: os.stat_result, where: str) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise SettingsError("no file", where=where, mend="name a regular file")
    if hasattr(os, "geteuid") and state.st_uid not in (os.geteuid(), 0):
        raise SettingsError("the file belongs to another user", where=where, mend="chown it to yourself")
    if os.name == "posix" and state.st_mode & _OTHERS:
        mend = "chmod 600, and make a new key if others could read it"
        raise SettingsError(f"others may use this secret (mode {state.st_mode & 0o777:o})", where=where, mend=mend)
