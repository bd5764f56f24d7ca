"""The witness as a real server, asked over HTTP by the log's own client."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn

from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.proof_file import LogPolicy, check_checkpoint
from stillwatch.faces.witness.app import witness_app
from stillwatch.service.evidence.ask_witness import WitnessAddress, ask_witness, post_by_http
from stillwatch.service.evidence.tile_log import TileLog
from stillwatch.service.evidence.witness import Witness
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SIGNER = LogSigner.from_seeds("log.example", bytes(32), bytes(32))
_POLICY = LogPolicy(origin="log.example", log_keys=_SIGNER.verifiers)
_KEYS = WitnessSigner.from_seeds("w.example", bytes([1] * 32), bytes([1] * 32))


@contextmanager
def _served(witness: Witness) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(witness_app(witness.add_checkpoint), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def test_a_log_has_its_checkpoint_signed_over_http(tmp_path: Path) -> None:
    log = TileLog.make(tmp_path / "log", _SIGNER, clock=lambda: 1.0)
    log.append([b"entry"] * 300)
    witness = Witness(tmp_path / "w.db", _KEYS, [_POLICY], clock=lambda: 5.0)
    with _served(witness) as url:
        note = log.checkpoint()
        address = WitnessAddress(url, _KEYS.verifiers)
        signed = log.add_signatures(note, ask_witness(address, note, log.consistency, post=post_by_http))
        policy = LogPolicy(origin="log.example", log_keys=_SIGNER.verifiers, witnesses=_KEYS.verifiers, quorum=1)
        assert len(check_checkpoint(signed, policy).cosigned) == 2
        for path, body, status in (("/", b"x", 404), ("/add-checkpoint", b"x", 400), ("/add-checkpoint", None, 405)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(url + path, body)  # noqa: S310  # ours
            assert refused.value.code == status
            refused.value.close()
        assert post_by_http(f"{url}/add-checkpoint", b"x" * (2 << 20))[0] == 413
