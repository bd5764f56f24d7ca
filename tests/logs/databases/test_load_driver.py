from __future__ import annotations

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.logs.databases.load_driver import load_driver


def test_a_driver_that_is_missing_is_named_with_the_mend():
    with pytest.raises(SettingsError, match=r"pip install 'stillwatch\[sql\]' adbc-driver-of-nobody"):
        load_driver("adbc_driver_of_nobody")
