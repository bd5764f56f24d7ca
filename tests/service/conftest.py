"""A Valkey server for each test that asks for one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from valkey_server import ValkeyServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def valkey_server() -> Iterator[ValkeyServer]:
    """Started and empty. Its folder has a short path, since that of a socket may have 100 characters at most."""
    with TemporaryDirectory(prefix="vk") as folder:
        server = ValkeyServer(Path(folder))
        server.start()
        yield server
        server.kill()
