"""A log and its witnesses: asked again where they remember more, believed only where they have signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import PeerError
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.proof_file import LogPolicy, check_checkpoint
from stillwatch.service.evidence.ask_witness import WitnessAddress, ask_witness, post_by_http
from stillwatch.service.evidence.tile_log import TileLog
from stillwatch.service.evidence.witness import Witness
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from pathlib import Path

_SIGNER = LogSigner.from_seeds("log.example", bytes(32))
_POLICY = LogPolicy(origin="log.example", log_keys=_SIGNER.verifiers)
_KEYS = WitnessSigner.from_seeds("w.example", bytes([1] * 32))
_ADDRESS = WitnessAddress("https://w.example/", _KEYS.verifiers)


class _Here:
    """A witness that is asked without a network, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.witness = Witness(folder / "w.db", _KEYS, [_POLICY], clock=lambda: 5.0)
        self.asked: list[bytes] = []

    def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        assert url == "https://w.example/add-checkpoint"
        self.asked.append(body.split(b"\n")[0])
        answer = self.witness.add_checkpoint(body)
        return answer.status, answer.body


def test_a_log_is_witnessed_as_it_grows(tmp_path: Path) -> None:
    log, here = TileLog.make(tmp_path / "log", _SIGNER, clock=lambda: 1.0), _Here(tmp_path)
    asks_for_one = LogPolicy(origin="log.example", log_keys=_SIGNER.verifiers, witnesses=_KEYS.verifiers, quorum=1)
    for count in (3, 300):
        log.append([b"x"] * count)
        note = log.checkpoint()
        signed = log.add_signatures(note, ask_witness(_ADDRESS, note, log.consistency, post=here.post))
        assert check_checkpoint(signed, asks_for_one).checkpoint.size == log.size
        assert log.add_signatures(note, signed.signatures) == log.checkpoint() == signed
    assert here.asked == [b"old 0", b"old 0", b"old 3"]


def test_a_log_that_went_back_is_told_so(tmp_path: Path) -> None:
    log, here = TileLog.make(tmp_path / "log", _SIGNER, clock=lambda: 1.0), _Here(tmp_path)
    log.append([b"x"] * 9)
    ask_witness(_ADDRESS, log.checkpoint(), log.consistency, post=here.post)
    shorter = TileLog.make(tmp_path / "other", _SIGNER, clock=lambda: 1.0)
    shorter.append([b"x"] * 4)
    with pytest.raises(PeerError, match="has signed 9 leaves, the log has 4"):
        ask_witness(_ADDRESS, shorter.checkpoint(), shorter.consistency, post=here.post)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((500, b"out of order"), "answers 500: out of order"),
        ((409, b"-1"), "does not say"),
        ((409, b"1" * 40), "does not say"),
        ((200, "— other.example AAAAAAA=\n".encode()), "none of its keys"),
    ],
)
def test_a_witness_that_does_as_it_likes_is_named(tmp_path: Path, answer: tuple[int, bytes], message: str) -> None:
    log = TileLog.make(tmp_path / "log", _SIGNER, clock=lambda: 1.0)
    with pytest.raises(PeerError, match=message):
        ask_witness(_ADDRESS, log.checkpoint(), log.consistency, post=lambda _url, _body: answer)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:1/add-checkpoint"])
def test_who_does_not_answer_is_named(url: str) -> None:
    with pytest.raises(PeerError):
        post_by_http(url, b"")


def test_signatures_of_a_checkpoint_that_was_followed_by_another_are_not_added(tmp_path: Path) -> None:
    log, here = TileLog.make(tmp_path / "log", _SIGNER, clock=lambda: 1.0), _Here(tmp_path)
    old = log.checkpoint()
    signatures = ask_witness(_ADDRESS, old, log.consistency, post=here.post)
    log.append([b"x"])
    newest = log.checkpoint()
    assert log.add_signatures(old, signatures) == newest == log.checkpoint()
