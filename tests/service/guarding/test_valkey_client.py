"""The connection to a server: what is wrong with the settings is said with its mend."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.guarding.valkey_client import connect, key_of

if TYPE_CHECKING:
    from valkey_server import ValkeyServer


def test_it_talks_to_a_server(valkey_server: ValkeyServer) -> None:
    client = connect(valkey_server.url, timeout_s=1.0)
    assert client.ping() is True
    client.close()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no address of a server.*valkey://host:6379/0"):
        connect("tcp://localhost", timeout_s=1.0)


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkey", None)
    with pytest.raises(SettingsError, match=r"pip install 'stillwatch\[valkey\]'"):
        connect("valkey://localhost", timeout_s=1.0)


def test_all_keys_of_a_prefix_are_on_one_node_of_a_cluster() -> None:
    assert key_of("eu", "run") == "{eu}:run"
