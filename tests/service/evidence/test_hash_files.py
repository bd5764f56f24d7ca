"""Digests are those of the bytes, whatever is done side by side, and a file that changes is refused."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from blake3 import blake3

from stillwatch.core.errors import InputError
from stillwatch.evidence.file_manifest import Part
from stillwatch.service.evidence import hash_files as module
from stillwatch.service.evidence.hash_files import HashingRun, ToHash, hash_files
from stillwatch.service.evidence.hashing_state import HashingState
from stillwatch.service.evidence.list_files import state_of

_ALL = ("sha256", "blake3", "blake2b")


@pytest.fixture(autouse=True)
def _small_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many of them are filled by few bytes."""
    monkeypatch.setattr(module, "_BUFFER_BYTES", 1000)


def _work(root: Path, sizes: dict[str, int]) -> list[ToHash]:
    seeded = random.Random(7)
    work = []
    for name, size in sizes.items():
        (root / name).write_bytes(seeded.randbytes(size))
        work.append(ToHash(str(root / name), Part(name), size, state_of((root / name).stat())))
    return work


def _digests(data: bytes) -> dict[str, str]:
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "blake3": blake3(data).hexdigest(),
        "blake2b": hashlib.blake2b(data).hexdigest(),
    }


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_digests_are_those_of_the_bytes(tmp_path: Path, workers: int) -> None:
    work = _work(
        tmp_path, {"empty": 0, "one": 1, "full": 1000, "over": 1001, "two": 2000, "many": 123_457, "last": 999}
    )
    told: list[tuple[int, int]] = []
    run = HashingRun(progress=lambda done, total: told.append((done, total)), workers=workers)
    found = {one.part.path: one.digests for one in hash_files(work, _ALL, run)}
    assert found == {one.part.path: _digests(Path(one.path).read_bytes()) for one in work}
    total = sum(one.size for one in work)
    assert (told[-1], {one for _, one in told}) == ((total, total), {total})


def test_parts_of_a_file_are_hashed_by_themselves(tmp_path: Path) -> None:
    (whole,) = _work(tmp_path, {"a": 10_000})
    parts = [
        whole._replace(part=Part("a", start, min(start + 3000, 10_000)), size=min(3000, 10_000 - start))
        for start in range(0, 10_000, 3000)
    ]
    data = Path(whole.path).read_bytes()
    found = {one.part: one.digests for one in hash_files(parts, _ALL)}
    assert found == {one.part: _digests(data[one.part.start : one.part.end]) for one in parts}


def test_a_file_that_changed_is_refused(tmp_path: Path) -> None:
    (one,) = _work(tmp_path, {"a": 5000})
    Path(one.path).write_bytes(bytes(5000))
    with pytest.raises(InputError, match="changes while it is read"):
        list(hash_files([one], _ALL))
    longer = one._replace(size=6000, state=state_of(Path(one.path).stat()))
    with pytest.raises(InputError, match="shorter"):
        list(hash_files([longer], _ALL))
    Path(one.path).unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(hash_files([one], _ALL))


def test_a_link_that_took_a_files_place_is_not_followed(tmp_path: Path) -> None:
    one, other = _work(tmp_path, {"a": 10, "b": 10})
    Path(one.path).unlink()
    Path(one.path).symlink_to(other.path)
    linked = one._replace(state=other.state)
    with pytest.raises(InputError, match="cannot be read"):
        list(hash_files([linked], _ALL))
    assert list(hash_files([linked._replace(follows_links=True)], ("sha256",)))


def test_what_was_hashed_is_not_hashed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = _work(tmp_path, {"a": 10, "b": 5000})
    first = sorted(hash_files(work, _ALL, HashingRun(kept=HashingState(tmp_path / "s"))))
    monkeypatch.setattr(module.os, "preadv", lambda *_: pytest.fail("it was read again"))
    assert sorted(hash_files(work, ("sha256",), HashingRun(kept=HashingState(tmp_path / "s")))) == first


_KILLED = """
import os, signal, sys
from pathlib import Path
from stillwatch.service.evidence import hash_files as module
from stillwatch.service.evidence.hash_files import HashingRun, hash_files
from stillwatch.service.evidence.hashing_state import HashingState
from stillwatch.service.evidence.list_files import list_files
from stillwatch.service.evidence.take_manifest import SealOptions, to_hash
module._TOGETHER = 3
root = Path(sys.argv[1])
work = list(to_hash(root, list_files(root), SealOptions()))
for number, _ in enumerate(hash_files(work, ("sha256",), HashingRun(kept=HashingState(Path(sys.argv[2])), workers=1))):
    if number == 20:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_hashing_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    root, state = tmp_path / "root", tmp_path / "s"
    root.mkdir()
    work = _work(root, {f"{number:03}": 100 for number in range(60)})
    killed = subprocess.run([sys.executable, "-c", _KILLED, root, state], check=False)  # noqa: S603  # our own words
    assert killed.returncode == -signal.SIGKILL
    kept = HashingState(state)
    done = [one for one in work if kept.known(one.part, one.state)]
    assert 20 < len(done) < 60
    read: list[int] = []
    preadv = os.preadv
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.os, "preadv", lambda *asked: read.append(1) or preadv(*asked))
        found = {one.part.path: one.digests["sha256"] for one in hash_files(work, ("sha256",), HashingRun(kept=kept))}
    assert found == {one.part.path: _digests(Path(one.path).read_bytes())["sha256"] for one in work}
    assert len(read) == 60 - len(done)
