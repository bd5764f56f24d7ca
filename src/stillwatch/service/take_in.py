"""Bring logs into the store that a scan looks at.

store, inputs = take_in(settings, accounts, progress)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.logs.ingest_export import ingest_export
from stillwatch.logs.mapping import load_mapping
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store, StoredInput, hold
from stillwatch.logs.unit import choose_unit, unit_of
from stillwatch.service.ask_database import ask_database
from stillwatch.service.named_logs import named_logs
from stillwatch.service.open_ingest import open_ingest
from stillwatch.service.read_salt import read_salt

if TYPE_CHECKING:
    import pyarrow as pa

    from stillwatch.logs.accounts import Accounts
    from stillwatch.logs.databases.export import Export
    from stillwatch.logs.ingest import Progress, Sealing
    from stillwatch.logs.sketching import Unit
    from stillwatch.service.named_logs import NamedLogs
    from stillwatch.service.settings import ScanSettings


def take_in(
    settings: ScanSettings, accounts: Accounts | None, progress: Progress, sealing: Sealing | None = None
) -> tuple[Store, tuple[StoredInput, ...]]:
    """Read the logs and the export that the settings name, if any; give the store and all that it holds.

    `sealing` commits to each record of log files on the way; there is no file that a record of an export could later be
    shown out of.

    Raises:
        InputError: A log or a query cannot be used, or there is neither a log nor a store.
        SettingsError: The store was made for something else, or is in use; or a database does not accept who asks.
        PeerError: A database cannot be reached, or breaks off.
    """
    mapping = load_mapping(settings.mapping) if settings.mapping else None
    reading = Reading(format_name=settings.format_name, mapping=mapping, workers=settings.workers)
    logs = named_logs(settings.logs, settings.engine)
    with hold(settings.store):
        is_new = not (settings.store / "settings.json").exists()
        if not settings.logs and settings.export is None:
            if is_new:
                mend = "name a LOG, or a database with --from"
                raise InputError("there is no log to scan and no store yet", where=str(settings.store), mend=mend)
            store = Store.open(settings.store)
            return store, store.inputs()
        with ask_database(settings) as export:
            if export is not None:
                export.formats(reading)  # so that what is wrong with it is said before anything is made
            unit = settings.unit
            if unit is None and accounts is not None and is_new:
                unit = _chosen(logs, export, accounts.table, reading)
            salt = read_salt(settings.salt_file) if settings.salt_file else None
            store = Store.open(settings.store, content=settings.content, unit=unit, salt=salt)
            if logs.files or logs.tables:
                open_ingest(settings.engine)(store, logs.to_read(store, sealing), reading, progress, sealing=sealing)
                logs.follow(store)
            if logs.reached is not None:
                logs.reached.ingest(store, reading, progress, sealing)
            if export is not None:
                ingest_export(store, export, reading, progress)
        return store, store.inputs()


def _chosen(logs: NamedLogs, export: Export | None, accounts: pa.Table, reading: Reading) -> Unit | None:
    """The identity that the accounts file knows, by the first of what is to be read."""
    if logs.reached is not None and not logs.paths:
        return unit_of(logs.reached.identities(reading), accounts)
    looked_at = tuple(block.path for block in export.head) if export is not None else ()
    return choose_unit(logs.paths or looked_at, accounts, reading)
