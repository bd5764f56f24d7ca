"""Bring a table of standings to guards on other machines, through a Valkey or Redis server.

version = announce_file("valkey://10.0.0.5:6379/0", "stillwatch", Path("out/standings.bin"))
client = connect("valkey://10.0.0.5:6379/0", timeout_s=1.0)
fetch_standings(client, "stillwatch", version, Path("/var/lib/stillwatch/standings.bin"))

The version is a hash of the table. Each version has a key of its own, in pieces that keep nobody waiting, so that a
guard never reads half of one and half of another; the one before is kept for ten minutes.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import xxhash

from stillwatch.core.errors import PeerError
from stillwatch.service.guarding.valkey_client import connect, key_of

if TYPE_CHECKING:
    from pathlib import Path

_PIECE_BYTES: Final = 1 << 22
_KEPT_S: Final = 600
_PATIENCE_S: Final = 5.0


def version_key(prefix: str) -> str:
    return key_of(prefix, "standings")


def announce_file(url: str, prefix: str, table: Path) -> str:
    """Announce the table in a file, on the server at an address; gives its version.

    Raises:
        SettingsError: The client library is not installed, or the address is none.
        PeerError: The server is gone or refuses.
    """
    client = connect(url, timeout_s=_PATIENCE_S)
    try:
        return announce_standings(client, prefix, table.read_bytes())
    except (OSError, import_module("valkey").ValkeyError) as error:
        mend = "guards go on with the table that they have; see that the server runs and has room"
        raise PeerError(f"the standings cannot be announced: {error}", where=url, mend=mend) from error
    finally:
        client.close()


def announce_standings(client: Any, prefix: str, table: bytes) -> str:
    """Put a table there and say that it is the one to follow; quick where it is there already. Gives its version.

    Raises:
        valkey.ValkeyError: The server is gone or refuses.
    """
    version = xxhash.xxh3_128_hexdigest(table)
    before = client.get(version_key(prefix))
    key = _table_key(prefix, version)
    if before == version.encode() and client.strlen(key) == len(table):
        return version
    client.delete(key)
    for start in range(0, len(table), _PIECE_BYTES):
        client.append(key, table[start : start + _PIECE_BYTES])
    client.set(version_key(prefix), version)
    if before and before != version.encode():
        client.expire(_table_key(prefix, before.decode()), _KEPT_S)
    return version


def fetch_standings(client: Any, prefix: str, version: str, path: Path) -> bool:
    """Write the table of a version to a file, as a whole; False where the server no longer has it.

    Raises:
        valkey.ValkeyError: The server is gone or refuses.
        OSError: The file cannot be written.
    """
    key, digest = _table_key(prefix, version), xxhash.xxh3_128()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            for start in range(0, client.strlen(key), _PIECE_BYTES):
                piece = client.getrange(key, start, start + _PIECE_BYTES - 1)
                digest.update(piece)
                file.write(piece)
        if digest.hexdigest() != version:
            return False
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _table_key(prefix: str, version: str) -> str:
    return key_of(prefix, f"standings:{version}")
