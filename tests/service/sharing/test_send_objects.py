"""Against a server of a few lines, which takes all but one object."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.sharing.send_objects import Sent, send_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = "t"  # noqa: S105  # of a server of a few lines
_ASKED: list[tuple[str, str | None, int]] = []


class _Server(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        objects = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["objects"]
        _ASKED.append((self.path, self.headers["Authorization"], len(objects)))
        code = 202 if self.headers["Authorization"] == "Bearer t" else 401
        failures = [{"id": "note--7", "message": "not yours"}] if {"id": "note--7"} in objects else []
        status = {"success_count": len(objects) - len(failures), "failures": failures, "pending_count": 0}
        self.send_response(307 if self.path.startswith("/moved") else code)
        self.send_header("content-type", "application/taxii+json;version=2.1")
        if self.path.startswith("/moved"):
            self.send_header(
                "location", f"http://localhost:{self.server.server_address[1]}/root/collections/c/objects/"
            )
        self.end_headers()
        self.wfile.write(json.dumps(status if code == 202 else {"title": "who are you?"}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    _ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/root/collections/c/"
        running.shutdown()


def test_objects_go_in_pieces_and_what_is_refused_is_told(server: str) -> None:
    data = json.dumps({"objects": [{"id": f"note--{number}"} for number in range(1500)]}).encode()
    assert send_objects(server, data, token=_TOKEN) == Sent(1499, 0, (("note--7", "not yours"),))
    assert [("/root/collections/c/objects/", "Bearer t", count) for count in (1000, 500)] == _ASKED


def test_a_server_that_refuses_is_told(server: str) -> None:
    with pytest.raises(PeerError, match="401"):
        send_objects(server, b'{"objects":[{}]}', token="")


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(PeerError, match="cannot be reached"):
        send_objects("http://127.0.0.1:9/c/", b'{"objects":[{}]}', token="")


@pytest.mark.parametrize(
    "url", ["http://hub.example/c/", "ftp://hub.example/", "file:///etc/passwd", "hub", "https://"]
)
def test_a_token_goes_over_no_open_line(url: str) -> None:
    with pytest.raises(SettingsError):
        send_objects(url, b'{"objects":[]}', token=_TOKEN)


def test_a_token_follows_no_redirection_to_another_server(server: str) -> None:
    with pytest.raises(PeerError, match="another server"):
        send_objects(server.replace("/root/", "/moved/"), b'{"objects":[{}]}', token=_TOKEN)
    assert [path for path, _, _ in _ASKED] == ["/moved/collections/c/objects/"]
