"""The salt of a store's template keys, and the name that indicators call it by, read without opening the store.

>>> from pathlib import Path
>>> store_salt(Path("no-store"))
StoreSalt(salt=0, id='')
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import SettingsError
from stillwatch.core.salt_id import salt_id

if TYPE_CHECKING:
    from pathlib import Path


class StoreSalt(NamedTuple):
    salt: int
    id: str
    """Empty where there is no store."""


def store_salt(store: Path) -> StoreSalt:
    """That of the store in a folder, of one that a scan has made.

    Raises:
        SettingsError: What is there is no store.
    """
    file = store / "settings.json"
    if not file.exists():
        return StoreSalt(0, "")
    try:
        salt = int(json.loads(file.read_text("utf-8"))["salt"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError("this is no store", where=str(store), mend="name the folder of a scan") from error
    return StoreSalt(salt, salt_id(salt))
