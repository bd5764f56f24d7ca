"""Metrics of a guard in a foreign process, over HTTP."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.faces.gateway.metrics_server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    made = MetricsServer("127.0.0.1", 0, metrics=lambda: "m 1\n", trouble=lambda: ("policy: gone",))
    yield made
    made.close()


def got(server: MetricsServer, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_it_answers_as_the_server_does(server: MetricsServer) -> None:
    assert got(server, "/metrics") == (200, b"m 1\n")
    assert got(server, "/livez") == (200, b"live\n")
    status, body = got(server, "/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True, "because": [], "degraded": ["policy: gone"]})
    assert got(server, "/v1/chat/completions")[0] == 404


def test_a_client_that_says_nothing_holds_nobody_up(server: MetricsServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)):
        assert got(server, "/livez")[0] == 200


def test_an_address_that_nobody_has_is_said() -> None:
    with pytest.raises(SettingsError, match="metrics cannot be served"):
        MetricsServer("192.0.2.1", 9464, metrics=str, trouble=tuple)
