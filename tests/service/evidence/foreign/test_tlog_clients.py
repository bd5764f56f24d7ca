"""Clients of transparency logs from other projects read ours: that of Go's checksum database, and sigstore's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, which
from typing import TYPE_CHECKING, NamedTuple

import pytest

from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.proof_file import write_proof
from stillwatch.service.evidence.tile_log import TileLog
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
_GOCODE = Path("/usr/share/gocode")
_SIGSTORE = Path(sys.prefix) / "judges" / "bin" / "python"
_LEAVES = (0, 299, 5_000, 5_999)


class _Log(NamedTuple):
    folder: Path
    key: str
    older: Path
    proofs: tuple[Path, ...]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> _Log:
    """A log of 6,000 leaves that both of its keys and a witness have signed, its head at 300, and some proofs."""
    folder = tmp_path_factory.mktemp("whole")
    signer = LogSigner.from_seeds("log.example/1", bytes(32), bytes(32))
    made = TileLog.make(folder / "log", signer, clock=lambda: 0.0)
    made.append([b"entry %d" % number for number in range(300)])
    (folder / "older").write_text(str(made.checkpoint()), "utf-8")
    made.append([b"entry %d" % number for number in range(300, 6_000)])
    witness = WitnessSigner.from_seeds("w.example", bytes([1] * 32), bytes([1] * 32))
    made.add_signatures(made.checkpoint(), witness.sign(read_checkpoint(made.checkpoint().text), at_s=5))
    for leaf in _LEAVES:
        proof = made.prove(leaf)._replace(extra=made.entry(leaf))
        (folder / f"{leaf}.tlog-proof").write_bytes(write_proof(proof))
    return _log_in(folder, str(signer.verifiers[0]))


@pytest.fixture
def log(whole: _Log, tmp_path: Path) -> _Log:
    """A copy to spoil."""
    copytree(whole.folder.parent, tmp_path / "copy")
    return _log_in(tmp_path / "copy", whole.key)


def _log_in(folder: Path, key: str) -> _Log:
    return _Log(folder / "log", key, folder / "older", tuple(folder / f"{leaf}.tlog-proof" for leaf in _LEAVES))


@pytest.fixture(scope="module")
def go_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if which("go") is None or not (_GOCODE / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("no Go with golang.org/x/mod: install golang-go golang-golang-x-mod-dev")
    made = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOPATH": str(_GOCODE), "GOCACHE": str(made / "cache"), "GOFLAGS": ""}
    command = ["go", "build", "-o", str(made / "judge"), str(_HERE / "tlog_judge.go")]
    subprocess.run(command, check=True, env={**os.environ, **settings})  # noqa: S603  # of this machine
    return made / "judge"


def _flip(path: Path, at: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "spoil",
    [
        None,
        lambda log: _flip(log.folder / "tile/0/000", 9 * 32),
        lambda log: _flip(log.folder / "tile/1/000.p/23"),
        lambda log: _flip(log.folder / "tile/entries/000", 5),
        lambda log: _flip(log.folder / "checkpoint", 20),
        lambda log: _flip(log.older, 20),
        lambda log: _flip(log.proofs[1], 60),
    ],
    ids=["as it is", "a hash", "a hash above", "an entry", "the checkpoint", "the older head", "a proof"],
)
def test_the_client_of_gos_checksum_database(spoil: Callable[[_Log], None] | None, log: _Log, go_client: Path) -> None:
    if spoil is not None:
        spoil(log)
    done = _run(str(go_client), str(log.folder), log.key, str(log.older), *map(str, log.proofs))
    assert done.returncode == (0 if spoil is None else 1), done.stderr
    assert spoil is not None or done.stdout == "63\n"


def test_sigstores_client(log: _Log) -> None:
    if not _SIGSTORE.exists():
        pytest.skip("sigstore is not installed: make .venv/.judges")
    command = (str(_SIGSTORE), str(_HERE / "sigstore_judge.py"), log.key, *map(str, log.proofs))
    assert _run(*command).stdout == "4\n"
    _flip(log.proofs[2], log.proofs[2].read_bytes().index(b"\n6000\n") + 4)
    assert "checkpoint: invalid signature" in _run(*command).stderr
    _flip(log.proofs[1], 60)
    assert "inclusion proof" in _run(*command).stderr


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # of this machine
