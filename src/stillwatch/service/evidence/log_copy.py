"""Ask a log or its copy what it had as its beginning: without its keys, from a folder or from where it is published.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.evidence.log_signer import LogSigner
>>> from stillwatch.service.evidence.tile_log import TileLog
>>> with TemporaryDirectory() as folder:
...     signer = LogSigner.from_seeds("log.example", bytes(32))
...     log = TileLog.make(Path(folder) / "log", signer, clock=lambda: 0.0)
...     log.append([b"one", b"two", b"three"])
...     len(beginning_of(folder, 2, 3).path)
range(0, 3)
1

Nothing that is read here is believed: it must lead to a root that the log has signed (`evidence.split_view`).
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError, PeerError
from stillwatch.evidence.merkle_tree import HASH_BYTES, consistency_path, range_root
from stillwatch.evidence.split_view import Shown
from stillwatch.evidence.tiles import WIDTH, Tile, hashes_from

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMEOUT_S: Final = 10.0
_SCHEMES: Final = ("https://", "http://")
_NOT_FOUND: Final = 404


def beginning_of(source: str, old: int, size: int) -> Shown:
    """What the log of `size` leaves had as its first `old`, and the proof.

    Args:
        source: Folder of an evidence log, of its `log/` or of a copy of that; or where that is published.
        old: From 1.
        size: Larger than `old`.

    Raises:
        InputError: A tile is missing there, or is too short.
        PeerError: Nobody answers at that address.
    """
    hash_at = hashes_from(cache(partial(_tile, _reader(source))), size)
    try:
        return Shown(range_root(hash_at, 0, old), tuple(consistency_path(hash_at, old, size)))
    except (ValueError, IndexError) as error:
        mend = "ask for a newer copy"
        raise InputError(f"shows no log of {size:,} leaves: {error}", where=source, mend=mend) from error


def fetched(url: str, most_bytes: int) -> bytes | None:
    """What is published at an address; None where nothing is.

    Raises:
        PeerError: Nobody answers, or with more than so many bytes.
    """
    if not url.startswith(_SCHEMES):
        raise PeerError("no address", where=url, mend="write https://...")
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310  # checked above
            data: bytes = answer.read(most_bytes + 1)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_FOUND:
            return None
        raise PeerError(f"answers {error.code}", where=url, mend="ask whoever publishes it") from error
    except (OSError, http.client.HTTPException) as error:
        raise PeerError(f"does not answer: {error}", where=url, mend="try again later") from error
    if len(data) > most_bytes:
        raise PeerError(f"answers with more than {most_bytes:,} bytes", where=url, mend="see what is published there")
    return data


def _reader(source: str) -> Callable[[str], bytes | None]:
    """Reads what lies at a path within the log; None where nothing does."""
    if source.startswith(_SCHEMES):
        return lambda path: fetched(f"{source.rstrip('/')}/{path}", WIDTH * HASH_BYTES)
    folder = Path(source) / "log" if (Path(source) / "log").is_dir() else Path(source)
    return lambda path: (folder / path).read_bytes() if (folder / path).exists() else None


def _tile(read: Callable[[str], bytes | None], tile: Tile) -> bytes:
    """The full tile where there is one: of a partial one that was superseded nobody need keep a copy."""
    data = read(Tile(tile.level, tile.number).path) or read(tile.path)
    if data is None or len(data) < tile.width * HASH_BYTES:
        raise InputError(f"{tile.path} is missing or too short", mend="ask for a newer copy")
    return data[: tile.width * HASH_BYTES]
