from __future__ import annotations

import socket
import stat
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.faces.gateway.bind_sockets import bind_sockets
from stillwatch.service.guarding.serve_settings import ListenSettings, ProxySettings

if TYPE_CHECKING:
    from pathlib import Path


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_all_that_the_settings_name_is_bound(tmp_path: Path) -> None:
    path = tmp_path / "guard.sock"
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(path))
    stale.close()  # as a killed process leaves it
    settings = ListenSettings(port=free_port(), socket=path, socket_mode=0o600)
    bound = bind_sockets(settings, ProxySettings(engine="http://127.0.0.1:1", port=free_port()))
    assert bound.at is not None
    try:
        for one in (*bound.tcp, *bound.proxy):
            socket.create_connection(one.getsockname(), timeout=5).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
        with pytest.raises(SettingsError, match="another process listens there"):
            bind_sockets(ListenSettings(port=0, socket=path), ProxySettings())
    finally:
        for one in (*bound.tcp, bound.at, *bound.proxy):
            one.close()


def test_what_another_has_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen: .* 127.0.0.1:{port}|127.0.0.1:{port}: cannot listen"):
            bind_sockets(ListenSettings(port=port), ProxySettings())
