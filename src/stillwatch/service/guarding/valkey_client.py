"""A connection to a Valkey or Redis server, where the extra `valkey` is installed.

client = connect("valkey://10.0.0.5:6379/0", timeout_s=1.0)
client.ping()
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from stillwatch.core.errors import SettingsError


def connect(url: str, *, timeout_s: float) -> Any:
    """Make a `valkey.Valkey` that waits so long at most, and does not try again by itself; it connects when it is used.

    Raises:
        SettingsError: The client library is not installed, or the address is none.
    """
    try:
        valkey = import_module("valkey")
    except ImportError as error:
        mend = "install it with `pip install 'stillwatch[valkey]'`"
        raise SettingsError("sharing through Valkey needs its client", where=url, mend=mend) from error
    try:
        return valkey.Valkey.from_url(
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=valkey.retry.Retry(valkey.backoff.NoBackoff(), 0),
        )
    except ValueError as error:
        mend = "write valkey://host:6379/0, valkeys://... for TLS, or unix:///path"
        raise SettingsError(f"this is no address of a server: {error}", where=url, mend=mend) from error


def key_of(prefix: str, name: str) -> str:
    """A key of ours; the braces keep all of them on one node of a cluster."""
    return f"{{{prefix}}}:{name}"
