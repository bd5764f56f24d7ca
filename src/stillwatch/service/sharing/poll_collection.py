"""Poll a collection of a TAXII server into a folder: each page a file, and how far one has read beside them.

    for polled in poll_collection(client, url, Path("from-hub"), limit=1000):
        print(polled.objects, polled.file)

A page is on the disk before its cursor is, so that whoever is killed in between reads it once more and overwrites the
file with the same: nothing is lost, and nothing is there twice. Files are bundles of STIX, named in the order in which
they came: what `stillwatch receive` takes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError, PeerError, SettingsError
from stillwatch.intel.stix_ids import derived_id
from stillwatch.service.sharing.taxii_client import START, Cursor
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stillwatch.service.sharing.taxii_client import TaxiiClient

CURSOR_NAME: Final = "cursor.json"
_MOST_IDLE: Final = 100
"""Pages in a row without anything new, of a server that says there is more: it would go on for ever."""
_MODE: Final = 0o600


class Polled(NamedTuple):
    """One page."""

    objects: int
    """New ones."""
    file: Path | None
    """None where there were none."""


def poll_collection(
    client: TaxiiClient, url: str, folder: Path, *, limit: int = 1000, types: Sequence[str] = ()
) -> Iterator[Polled]:
    """Read all that a collection holds and that was not read into this folder before, page by page.

    Raises:
        InputError: The folder's cursor is of another collection, or damaged.
        PeerError: The server cannot be reached, or refuses; what came before is kept.
        SettingsError: The folder cannot be written to.
    """
    number, cursor = _kept(folder / CURSOR_NAME, url)
    has_more, idle = True, 0
    while has_more:
        page = client.objects(url, cursor, limit=limit, types=types)
        file = folder / f"page-{number:09d}.json" if page.objects else None
        if file is not None:
            bundle = {"type": "bundle", "id": derived_id("bundle", url, str(number)), "objects": page.objects}
            _write(file, orjson.dumps(bundle))
            number += 1
        if page.cursor != cursor:
            kept = {"collection": url, "pages": number, "cursor": asdict(page.cursor)}
            _write(folder / CURSOR_NAME, orjson.dumps(kept))
        cursor, has_more = page.cursor, page.has_more
        idle = 0 if page.objects else idle + 1
        if idle > _MOST_IDLE:
            raise PeerError("it gives the same pages again and again", where=url, mend="tell who runs the server")
        yield Polled(len(page.objects), file)


def _kept(file: Path, url: str) -> tuple[int, Cursor]:
    """Number of the next page's file, and how far was read."""
    try:
        kept = orjson.loads(file.read_bytes())
        fields = kept["cursor"]
        number, cursor = int(kept["pages"]), Cursor(**{**fields, "seen": tuple(fields["seen"])})
    except FileNotFoundError:
        return 0, START
    except (ValueError, TypeError, KeyError) as error:
        mend = "bring a whole copy back, or remove it to read all anew"
        raise InputError(f"this is no cursor: {error}", where=str(file), mend=mend) from error
    if kept.get("collection") != url:
        mend = "give each collection a folder of its own"
        raise InputError(f"this folder follows {kept.get('collection')}", where=str(file), mend=mend)
    return number, cursor


def _write(file: Path, content: bytes) -> None:
    try:
        write_whole(file, content, mode=_MODE)
    except OSError as error:
        mend = "name a folder that exists and can be written to"
        raise SettingsError(f"cannot be written: {error.strerror}", where=str(file), mend=mend) from error
