"""A log on a real disk: what was acknowledged stays, whoever is killed, whatever is full, however many write."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_proof import check_consistency
from stillwatch.evidence.merkle_tree import leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy, check_proof, read_proof, write_proof
from stillwatch.service.evidence import tile_log
from stillwatch.service.evidence.tile_log import TileLog

if TYPE_CHECKING:
    from pathlib import Path

_SIGNER = LogSigner.from_seeds("log.example/1", bytes(32), bytes(32))
_POLICY = LogPolicy(origin="log.example/1", log_keys=_SIGNER.verifiers)


def _made(folder: Path) -> TileLog:
    return TileLog.make(folder / "log", _SIGNER, clock=lambda: 1.0)


def _entries(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(start, end)]


def _root(log: TileLog) -> bytes:
    return read_checkpoint(log.checkpoint().text).root


def test_every_entry_is_proved_and_every_earlier_log_is_its_beginning(tmp_path: Path) -> None:
    log = _made(tmp_path)
    roots = {}
    for end in (1, 3, 256, 257, 700):
        assert log.append(_entries(log.size, end)) == range(log.size - (end - (max(roots) if roots else 0)), end)
        roots[end] = read_checkpoint(log.checkpoint().text).root
    assert roots[700] == root_of(map(leaf_hash, _entries(0, 700)))
    for leaf in (0, 1, 255, 256, 511, 512, 699):
        proof = read_proof(write_proof(log.prove(leaf)))
        assert check_proof(log.entry(leaf), proof, _POLICY).checkpoint.size == 700
        assert log.entry(leaf) == b"entry %d" % leaf
    for old, root in roots.items():
        check_consistency(old, root, 700, log.consistency(old), roots[700])
    for leaf in (-1, 700):
        with pytest.raises(ValueError, match="no leaf"):
            log.prove(leaf)


def test_a_log_is_opened_again_and_seen_by_others_at_once(tmp_path: Path) -> None:
    log = _made(tmp_path)
    other = TileLog(tmp_path / "log", _SIGNER, clock=lambda: 2.0)
    assert [log.append([b"a"]), other.append([b"b"] * 300), log.append([b"c"])] == [
        range(1),
        range(1, 301),
        range(301, 302),
    ]
    assert other.checkpoint() == log.checkpoint()
    assert [one.entry(301) for one in (other, _made(tmp_path))] == [b"c", b"c"]


@pytest.mark.parametrize("step", range(6))
def test_a_write_that_fails_at_any_step_adds_nothing_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    log = _made(tmp_path)
    log.append(_entries(0, 250))
    real = tile_log._write
    written: list[Path] = []

    def write(target: Path, contents: bytes) -> None:
        if len(written) == step:
            target.with_name(target.name + ".unfinished").write_bytes(contents[: len(contents) // 2])
            raise OSError(errno.ENOSPC, "no space left on device")
        written.append(target)
        real(target, contents)

    monkeypatch.setattr(tile_log, "_write", write)
    with pytest.raises(OSError, match="no space"):
        log.append(_entries(250, 257))  # two bundles, three tiles and a checkpoint
    monkeypatch.setattr(tile_log, "_write", real)
    assert TileLog(tmp_path / "log", _SIGNER, clock=lambda: 1.0).size == log.size == 250
    log.append([b"another"] * 9)  # where the failed ones would have been
    assert log.entry(250) == b"another"
    assert _root(log) == root_of(leaf_hash(log.entry(leaf)) for leaf in range(259))


_WRITER = """
import sys
from pathlib import Path
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.service.evidence.tile_log import TileLog
log = TileLog.make(Path(sys.argv[1]), LogSigner.from_seeds("log.example/1", bytes(32), bytes(32)), clock=lambda: 1.0)
while True:
    for count in (1, 40, 300):
        mine = [b"%s %d %d" % (sys.argv[2].encode(), log.size, number) for number in range(count)]
        first = log.append(mine)[0]
        print(*(f"{first + number}:{one.decode()}" for number, one in enumerate(mine)), sep="\\n", flush=True)
"""


def test_what_was_acknowledged_survives_kill_9_of_two_writers(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    told: dict[int, str] = {}
    for turn in range(2):
        commands = [[sys.executable, "-c", _WRITER, str(folder), f"writer{turn}{one}"] for one in range(2)]
        outs = [(tmp_path / f"{turn}{one}").open("w+") for one in range(2)]
        writers = [
            subprocess.Popen(command, stdout=out)  # noqa: S603  # ours
            for command, out in zip(commands, outs, strict=True)
        ]
        _wait_for(outs[0].name, least=6_000 + 5_003 * turn)
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
        for out in outs:
            out.seek(0)
            for line in out.read().split("\n")[:-1]:  # the last one may have been cut
                leaf, _, entry = line.partition(":")
                assert told.setdefault(int(leaf), entry) == entry
            out.close()
        log = TileLog(folder, _SIGNER, clock=lambda: 1.0)
        assert all(log.entry(leaf) == entry.encode() for leaf, entry in told.items())
        assert _root(log) == root_of(leaf_hash(log.entry(leaf)) for leaf in range(log.size))
    assert len(told) > 300


def _wait_for(path: str, *, least: int) -> None:
    until = time.monotonic() + 30
    while os.path.getsize(path) < least:  # noqa: PTH202  # a name that Popen was given
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
def test_a_log_that_somebody_changed_is_not_opened(tmp_path: Path, path: str) -> None:
    _made(tmp_path).append(_entries(0, 300))
    file = tmp_path / "log" / path
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 4
    file.write_bytes(bytes(data))
    with pytest.raises((VerificationError, InputError)):
        _made(tmp_path)
    file.unlink()
    if path != "checkpoint":
        with pytest.raises(VerificationError, match="is missing"):
            _made(tmp_path)


def test_a_log_that_went_back_or_was_swapped_is_noticed_while_it_is_open(tmp_path: Path) -> None:
    log = _made(tmp_path)
    log.append(_entries(0, 3))
    old = (tmp_path / "log" / "checkpoint").read_bytes()
    log.append(_entries(3, 5))
    (tmp_path / "log" / "checkpoint").write_bytes(old)
    with pytest.raises(VerificationError, match="shorter"):
        log.append([b"x"])


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    _made(tmp_path)
    with pytest.raises(VerificationError, match="no known key"):
        TileLog(tmp_path / "log", LogSigner.from_seeds("log.example/1", bytes([1] * 32)), clock=lambda: 1.0)
    with pytest.raises(InputError, match="no transparency log"):
        TileLog(tmp_path / "none", _SIGNER, clock=lambda: 1.0)


def test_an_entry_that_is_too_long_adds_nothing(tmp_path: Path) -> None:
    log = _made(tmp_path)
    with pytest.raises(ValueError, match="65,535"):
        log.append([b"a", bytes(65_536)])
    assert log.size == 0
