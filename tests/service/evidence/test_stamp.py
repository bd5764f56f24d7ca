"""Checkpoints are stamped by an authority over real HTTP, and nothing is kept that does not hold."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from shutil import which
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import PeerError, VerificationError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.service.evidence.stamp import ask_authority, stamp_checkpoint
from stillwatch.service.evidence.time_authority import answer, make_authority, roots_of

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = LogSigner.from_seeds("log.example", bytes(32)).sign(Checkpoint("log.example", 7, bytes(32)), at_s=0)


@pytest.mark.skipif(which("openssl") is None, reason="no openssl program")
def test_a_checkpoint_is_stamped_over_http(tmp_path: Path) -> None:
    authority = tmp_path / "tsa"
    make_authority(authority, "lab time", valid_from=datetime.now(UTC) - timedelta(days=1))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply" if self.path == "/tsa" else "text/html")
            self.end_headers()
            self.wfile.write(answer(authority, asked))

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        ask = partial(ask_authority, f"{url}/tsa")
        made = stamp_checkpoint(_NOTE, tmp_path / "stamps", roots=roots_of(authority), ask=ask)
        assert (made.data.read_text(), made.data.stem) == (str(_NOTE), "7-00000000")
        with pytest.raises(PeerError, match="text/html"):
            ask_authority(f"{url}/page", b"x")
        other = tmp_path / "other"
        make_authority(other, "other", valid_from=datetime.now(UTC) - timedelta(days=1))
        with pytest.raises(VerificationError):
            stamp_checkpoint(_NOTE, tmp_path / "none", roots=roots_of(other), ask=ask)
        server.shutdown()
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://127.0.0.1:1/"])
def test_who_does_not_answer_is_named(url: str) -> None:
    with pytest.raises(PeerError):
        ask_authority(url, b"x")
