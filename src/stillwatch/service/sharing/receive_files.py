"""Take in files that came by hand: bundles of STIX 2.1, events and feeds of MISP, tables of vendors, folders of them.

received = receive_files(connection, [Path("from-lab-a.json")], peers, by="", clock=time.time)

What is in a file says who made it, and nobody vouches for that, unless the operator has named a source in `peers.toml`
that does: so it waits in quarantine. Signed files have a command of their own, `stillwatch bundle`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.intel_files import read_intel_files
from stillwatch.service.sharing.receive import Received, receive

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from stillwatch.service.sharing.peers import Peers


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
        InputError: A file is of no format that is read, too large, or cannot be read.
    """
    source = peers.sources.get(by)
    for path, data, read in read_intel_files(paths, by=by):
        delivery = Delivery(
            by=by or path.name,
            at=datetime.fromtimestamp(clock(), UTC),
            sha256=hashlib.sha256(data).hexdigest(),
            is_vouched=source is not None and source.vouches,
        )
        yield ReceivedFile(path, receive(connection, read, delivery, peers))
