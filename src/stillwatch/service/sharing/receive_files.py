"""Take in files that came by hand: a bundle, or a folder of them.

received = receive_files(connection, [Path("from-lab-a.json")], peers, by="", clock=time.time)

What is in a file says who made it, and nobody vouches for that, unless the operator has named a source in `peers.toml`
that does: so it waits in quarantine. Signed files have a command of their own, `stillwatch bundle`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.receive import Received, receive

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from stillwatch.service.sharing.peers import Peers

_SUFFIXES: Final = (".json", ".stix")
"""Of files that a folder is searched for."""
_LARGEST: Final = 256 << 20


class ReceivedFile(NamedTuple):
    path: Path
    received: Received


def receive_files(
    connection: sqlite3.Connection, paths: Iterable[Path], peers: Peers, *, by: str, clock: Callable[[], float]
) -> Iterator[ReceivedFile]:
    """Take in each file as it is asked for, one transaction a file.

    Args:
        connection: Of `open_intel`.
        paths: Files, or folders of them.
        peers: Whom to trust how far.
        by: Name of the source, as `peers.toml` has it; empty = the file's own name.
        clock: Seconds since 1970 UTC.

    Raises:
        InputError: A file is no bundle, too large, or cannot be read.
    """
    source = peers.sources.get(by)
    for path in _files(paths):
        data = _content(path)
        try:
            read = read_bundle(data)
        except InputError as error:
            raise InputError(error.what, where=str(path), mend=error.mend) from error
        delivery = Delivery(
            by=by or path.name,
            at=datetime.fromtimestamp(clock(), UTC),
            sha256=hashlib.sha256(data).hexdigest(),
            is_vouched=source is not None and source.vouches,
        )
        yield ReceivedFile(path, receive(connection, read, delivery, peers))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(one for one in path.iterdir() if one.suffix in _SUFFIXES and one.is_file())
        if not found:
            raise InputError("there is no bundle in this folder", where=str(path), mend="name a folder of .json files")
        yield from found


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"larger than {_LARGEST} bytes", where=str(path), mend="ask for it in parts")
        return path.read_bytes()
    except OSError as error:
        mend = "name a file or folder that is there"
        raise InputError(f"it cannot be read: {error.strerror}", where=str(path), mend=mend) from error
