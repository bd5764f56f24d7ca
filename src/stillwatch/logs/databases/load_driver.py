"""ADBC drivers, which are installed for those alone who read from databases."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from stillwatch.core.errors import SettingsError


def load_driver(package: str) -> Any:
    """The `dbapi` module of an ADBC driver.

    Raises:
        SettingsError: It is not installed.
    """
    try:
        return import_module(f"{package}.dbapi")
    except ImportError as error:
        package_name = package.replace("_", "-")
        mend = f"install it: pip install 'stillwatch[sql]' {package_name}"
        raise SettingsError(f"the ADBC driver {package} is not installed", mend=mend) from error
