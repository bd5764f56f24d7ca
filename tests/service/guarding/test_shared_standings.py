"""Standings through a server: whole, once, and by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import PeerError
from stillwatch.service.guarding import shared_standings
from stillwatch.service.guarding.shared_standings import announce_file, announce_standings, fetch_standings, version_key

if TYPE_CHECKING:
    from pathlib import Path

    from valkey_server import ValkeyServer

_TABLE = bytes(range(256)) * 40


def test_a_table_arrives_as_it_was_sent_in_pieces(
    valkey_server: ValkeyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_standings, "_PIECE_BYTES", 1000)
    client, file = valkey_server.client(), tmp_path / "standings.bin"
    file.write_bytes(b"older")
    version = announce_standings(client, "p", _TABLE)
    assert client.get(version_key("p")).decode() == version
    assert fetch_standings(client, "p", version, file)
    assert file.read_bytes() == _TABLE
    assert [one.name for one in tmp_path.iterdir()] == ["standings.bin"]


def test_the_same_table_is_sent_once_and_the_one_before_goes_away(valkey_server: ValkeyServer) -> None:
    client = valkey_server.client()
    first = announce_standings(client, "p", _TABLE)
    writes = client.info("commandstats")["cmdstat_append"]["calls"]
    assert announce_standings(client, "p", _TABLE) == first
    assert client.info("commandstats")["cmdstat_append"]["calls"] == writes
    second = announce_standings(client, "p", b"newer")
    assert 0 < client.ttl(f"{{p}}:standings:{first}") <= 600
    assert client.ttl(f"{{p}}:standings:{second}") == -1
    announce_standings(client, "p", _TABLE)
    assert client.ttl(f"{{p}}:standings:{first}") == -1


def test_a_table_that_is_gone_or_damaged_leaves_the_old_file(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    client, file = valkey_server.client(), tmp_path / "standings.bin"
    file.write_bytes(b"older")
    version = announce_standings(client, "p", _TABLE)
    client.append(f"{{p}}:standings:{version}", b"x")
    assert not fetch_standings(client, "p", version, file)
    assert not fetch_standings(client, "p", "0" * 32, file)
    assert file.read_bytes() == b"older"


def test_a_file_is_announced_and_a_server_that_is_gone_is_said(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    file, copy = tmp_path / "standings.bin", tmp_path / "copy.bin"
    file.write_bytes(_TABLE)
    version = announce_file(valkey_server.url, "p", file)
    assert fetch_standings(valkey_server.client(), "p", version, copy)
    assert copy.read_bytes() == _TABLE
    valkey_server.kill()
    with pytest.raises(PeerError, match="the standings cannot be announced"):
        announce_file(valkey_server.url, "p", file)
