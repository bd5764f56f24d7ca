"""Bring logs into the store that a scan looks at.

store, inputs = take_in(settings, accounts, progress)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.logs.mapping import load_mapping
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store, StoredInput, hold
from stillwatch.logs.unit import choose_unit
from stillwatch.service.named_logs import named_logs
from stillwatch.service.open_ingest import open_ingest
from stillwatch.service.read_salt import read_salt

if TYPE_CHECKING:
    from stillwatch.logs.accounts import Accounts
    from stillwatch.logs.ingest import Progress, Sealing
    from stillwatch.service.settings import ScanSettings


def take_in(
    settings: ScanSettings, accounts: Accounts | None, progress: Progress, sealing: Sealing | None = None
) -> tuple[Store, tuple[StoredInput, ...]]:
    """Read the logs that the settings name, or none where they name none; give the store and all that it holds.

    `sealing` commits to each record of the logs on the way.

    Raises:
        InputError: A log cannot be used, or there is neither a log nor a store.
        SettingsError: The store was made for something else, or is in use.
    """
    mapping = load_mapping(settings.mapping) if settings.mapping else None
    reading = Reading(format_name=settings.format_name, mapping=mapping, workers=settings.workers)
    logs = named_logs(settings.logs)
    with hold(settings.store):
        if not settings.logs:
            if not (settings.store / "settings.json").exists():
                raise InputError(
                    "there is no log to scan and no store yet", where=str(settings.store), mend="name a LOG"
                )
            store = Store.open(settings.store)
            return store, store.inputs()
        unit = settings.unit
        if unit is None and accounts is not None and not (settings.store / "settings.json").exists():
            unit = choose_unit(logs.paths, accounts.table, reading)
        salt = read_salt(settings.salt_file) if settings.salt_file else None
        store = Store.open(settings.store, content=settings.content, unit=unit, salt=salt)
        open_ingest(settings.engine)(store, logs.to_read(store, sealing), reading, progress, sealing=sealing)
        logs.follow(store)
        return store, store.inputs()
