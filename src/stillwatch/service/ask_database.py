"""Ask the database that the settings name for its export.

with ask_database(settings) as export:
    ingest_export(store, export, reading, progress)
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.logs.databases.export import Export, open_export
from stillwatch.logs.ingest_export import read_until
from stillwatch.logs.store import Store, work_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.service.export_settings import ExportSettings
    from stillwatch.service.settings import ScanSettings


_MEND: Final = "write one SELECT there"


@contextmanager
def ask_database(settings: ScanSettings) -> Iterator[Export | None]:
    """Open the export; None where the settings name none, or where all that an incremental one gives was read.

    An incremental export begins where the last one ended, or at `since` if that is later: no span is asked for twice.

    Raises:
        SettingsError: User, password or database are not accepted, or a driver is not installed.
        PeerError: A server cannot be reached, or breaks off.
        InputError: The query is wrong, or a file is.
    """
    asked = settings.export
    if asked is None:
        yield None
        return
    address, query = parse_address(asked.address), _query(asked.query)
    name = f"{address.name} {asked.query.name}"
    bounds = _bounds(settings, asked, name)
    if bounds is not None and bounds.since >= bounds.until:
        yield None
        return
    credentials = Credentials(user=asked.user, password=asked.password)
    with (
        TemporaryDirectory(dir=settings.store, prefix=work_prefix()) as folder,
        open_export(address, query, bounds, credentials, name, Path(folder)) as export,
    ):
        yield export


def _bounds(settings: ScanSettings, asked: ExportSettings, name: str) -> Bounds | None:
    if asked.until is None:
        return None
    is_store = (settings.store / "settings.json").exists()
    read = read_until(Store.open(settings.store), name) if is_store else None
    until = asked.until if settings.until is None else min(asked.until, settings.until)
    return Bounds(max(read or 0, settings.since or 0), until)


def _query(path: Path) -> str:
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the query cannot be read: {error}", where=str(path), mend="write one SELECT there"
        ) from error
    if not text:
        raise InputError("there is no query in it", where=str(path), mend="write one SELECT there")
    return text
