"""A way leads to one server, shows what it must, and takes no more than it may."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.sharing.taxii_way import Shown, TaxiiWay, WayLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TAXII = ("content-type", "application/taxii+json;version=2.1")


class Peer:
    """A server that answers as it is told, one answer after the other; the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, list[tuple[str, str]], bytes]] = [(200, [_TAXII], b"{}")]
        self.asked: list[tuple[str, dict[str, str]]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                peer.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, body = peer.answers[0] if len(peer.answers) == 1 else peer.answers.pop(0)
                self.send_response(status)
                for name, value in (*headers, ("content-length", str(len(body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(HTTPServer):
            def handle_error(self, *_: Any) -> None:
                """A client that breaks off is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.stop()


def ask(peer: Peer, path: str = "taxii2/", **limits: Any) -> Any:
    way = TaxiiWay(peer.url, Shown(secret="s3cret"), WayLimits(**limits))
    try:
        return way.ask("GET", peer.url + path)
    finally:
        way.close()


@pytest.mark.parametrize(
    ("shown", "authorization"),
    [
        (Shown(), None),
        (Shown(secret="s3cret"), "Bearer s3cret"),
        (Shown(user="lab-a", secret="s3cret"), "Basic bGFiLWE6czNjcmV0"),
    ],
)
def test_what_is_shown(shown: Shown, authorization: str | None, peer: Peer) -> None:
    way = TaxiiWay(peer.url, shown)
    way.ask("GET", peer.url)
    way.close()
    headers = peer.asked[0][1]
    assert headers.get("authorization") == authorization
    assert headers["accept"] == "application/taxii+json;version=2.1"


def test_a_redirection_within_the_server_is_followed(peer: Peer) -> None:
    peer.answers = [(308, [("location", "/taxii2/")], b""), (200, [_TAXII], b'{"title":"x"}')]
    assert ask(peer, "taxii2").document == {"title": "x"}
    assert [path for path, _ in peer.asked] == ["/taxii2", "/taxii2/"]


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/", "http://other.example/", "https://127.0.0.1/", "file:///x"]
)
def test_a_redirection_elsewhere_takes_no_secret_along(location: str, peer: Peer) -> None:
    peer.answers = [(302, [("location", location)], b"")]
    with pytest.raises((PeerError, SettingsError), match=r"another server|no address"):
        ask(peer)


def test_redirections_end(peer: Peer) -> None:
    peer.answers = [(302, [("location", "/again")], b"")]
    with pytest.raises(PeerError, match="redirected too often"):
        ask(peer)


def test_a_secret_does_not_travel_in_the_clear() -> None:
    with pytest.raises(SettingsError, match="in the clear"):
        TaxiiWay("http://hub.example/", Shown(secret="s3cret"))
    TaxiiWay("http://hub.example/", Shown())
    TaxiiWay("https://hub.example/", Shown(secret="s3cret"))


@pytest.mark.parametrize("url", ["hub.example", "ftp://hub.example/", "https:///x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError, match="is no address of a server"):
        TaxiiWay(url, Shown())


def test_a_certificate_that_is_none_is_a_matter_of_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TLS cannot be set up"):
        TaxiiWay("https://hub.example/", Shown(certificate=tmp_path / "missing.pem"))


def test_a_compressed_answer_is_unpacked(peer: Peer) -> None:
    peer.answers = [(200, [_TAXII, ("content-encoding", "gzip")], gzip.compress(b'{"a":1}'))]
    assert ask(peer).document == {"a": 1}


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_without_end_is_broken_off(packed: bool, peer: Peer) -> None:
    body = b" " * 3_000_000
    headers = [_TAXII, ("content-encoding", "gzip")] if packed else [_TAXII]
    peer.answers = [(200, headers, gzip.compress(body) if packed else body)]
    with pytest.raises(PeerError, match="too long"):
        ask(peer, answer_bytes=1_000_000)


@pytest.mark.parametrize(
    ("headers", "body", "says"),
    [
        ([("content-type", "text/html")], b"<html>", "text/html, no TAXII"),
        ([], b"{}", "of no type"),
        ([_TAXII], b"{", "no JSON"),
        ([_TAXII], b"[" * 100_000, "no JSON"),
        ([_TAXII, ("content-encoding", "gzip")], b"{}", "cannot be reached"),
    ],
)
def test_what_is_no_taxii_is_said(headers: list[tuple[str, str]], body: bytes, says: str, peer: Peer) -> None:
    peer.answers = [(200, headers, body)]
    with pytest.raises(PeerError, match=says):
        ask(peer)


def test_a_connection_that_was_idle_and_ended_is_made_anew(peer: Peer) -> None:
    way = TaxiiWay(peer.url, Shown())
    peer.answers = [(200, [_TAXII, ("connection", "close")], b"{}"), (200, [_TAXII], b"{}")]
    assert [way.ask("GET", peer.url).status for _ in range(3)] == [200, 200, 200]
    way.close()


def test_a_server_that_is_away_is_said_with_the_mend(peer: Peer) -> None:
    peer.stop()
    with pytest.raises(PeerError, match=r"cannot be reached: .* \(see that it runs\)"):
        ask(peer)
