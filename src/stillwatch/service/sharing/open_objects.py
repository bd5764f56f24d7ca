"""Open a store of objects by its address: a file, or a database of PostgreSQL.

>>> import asyncio
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> async def number_of_changes(address):
...     store = await open_objects(address, clock=lambda: 1.0)
...     last = await store.last_seq()
...     await store.close()
...     return last
>>> with TemporaryDirectory() as folder:
...     asyncio.run(number_of_changes(str(Path(folder) / "objects.db")))
0
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.service.sharing.sqlite_objects import SqliteObjects

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.sharing.object_store import ObjectStore

_POSTGRES: Final = ("postgresql://", "postgres://")


async def open_objects(address: str, *, clock: Callable[[], float]) -> ObjectStore:
    """Open a store; `address` is a path or begins with `postgresql://`.

    Raises:
        InputError: What is there is not ours, or of another version.
        PeerError: The database cannot be reached.
        SettingsError: The file cannot be opened, or the database's library is not installed.
    """
    if not address.startswith(_POSTGRES):
        return SqliteObjects(Path(address), clock=clock)
    try:
        from stillwatch.service.sharing.postgres_objects import PostgresObjects  # noqa: PLC0415  # part of an extra
    except ModuleNotFoundError as error:
        mend = "pip install 'stillwatch[hub]'"
        raise SettingsError(f"the database's library is not installed: {error.name}", mend=mend) from error
    return await PostgresObjects.open(address, clock=clock)
