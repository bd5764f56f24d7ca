from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.gateway.tell_supervisor import tell_supervisor

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("is_abstract", [False, True])
def test_it_is_told_where_it_listens(tmp_path: Path, is_abstract: bool) -> None:
    name = f"stillwatch-{tmp_path.name}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.bind("\0" + name if is_abstract else name)
        way.settimeout(5)
        assert tell_supervisor("READY=1", {"NOTIFY_SOCKET": "@" + name if is_abstract else name})
        assert way.recv(100) == b"READY=1"


def test_one_that_does_not_listen_is_no_reason_to_fail(tmp_path: Path) -> None:
    assert not tell_supervisor("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert not tell_supervisor("READY=1", {})
