"""The salt of a store, with the name that members know it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.core.salt_id import salt_id
from stillwatch.logs.store import Store
from stillwatch.service.sharing.store_salt import StoreSalt, store_salt

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_the_stores_own(tmp_path: Path) -> None:
    salt = Store.open(tmp_path / "store").settings.salt
    assert store_salt(tmp_path / "store") == StoreSalt(salt, salt_id(salt))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"salt": "x"}'])
def test_another_file_is_no_store(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(SettingsError, match="no store"):
        store_salt(tmp_path)
