"""A block is committed to once, whoever comes first, whatever a crash has left."""

from __future__ import annotations

from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.evidence.commitment import committed
from stillwatch.logs.file_blocks import Block, open_blocks
from stillwatch.service.evidence.seal_blocks import (
    commit_block,
    leaves_path,
    records_of,
    secret_of,
    secret_path,
)

if TYPE_CHECKING:
    from pathlib import Path


def _block(folder: Path, data: bytes = b'{"a": 1}\r\n\n{"a": 2}\n') -> Block:
    (folder / "log.jsonl").write_bytes(data)
    return next(open_blocks(folder / "log.jsonl"))


def test_its_leaves_follow_from_its_secret_and_its_lines(tmp_path: Path) -> None:
    block = _block(tmp_path)
    commit_block(tmp_path / "b", block)
    lines = [b'{"a": 1}', b'{"a": 2}']
    assert records_of(block) == ("line", lines)
    assert leaves_path(tmp_path / "b", block.digest).read_bytes() == committed(
        secret_of(tmp_path / "b", block.digest), lines
    )


def test_two_processes_at_a_time_leave_what_one_does(tmp_path: Path) -> None:
    block = _block(tmp_path, b'{"a": 1}\n' * 2000)
    context = get_context("fork")
    workers = [context.Process(target=commit_block, args=(tmp_path / "b", block)) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert [one.exitcode for one in workers] == [0] * 4
    secret = secret_of(tmp_path / "b", block.digest)
    assert leaves_path(tmp_path / "b", block.digest).read_bytes() == committed(secret, records_of(block).records)


@pytest.mark.parametrize("left", [b"", b"short", bytes(32)], ids=["nothing", "a part", "all"])
def test_what_a_crash_left_of_a_secret_is_no_trap(tmp_path: Path, left: bytes) -> None:
    block = _block(tmp_path)
    path = secret_path(tmp_path / "b", block.digest)
    path.parent.mkdir(parents=True)
    path.touch(0o600)
    path.write_bytes(left)
    commit_block(tmp_path / "b", block)
    secret = secret_of(tmp_path / "b", block.digest)
    assert (secret == bytes(32)) == (len(left) == 32)
    assert leaves_path(tmp_path / "b", block.digest).read_bytes() == committed(secret, records_of(block).records)
    assert {one.name for one in path.parent.iterdir()} == {path.name, f"{block.digest}.leaves"}


def test_a_secret_that_is_gone_or_open_to_others_is_named(tmp_path: Path) -> None:
    block = _block(tmp_path)
    commit_block(tmp_path / "b", block)
    secret_path(tmp_path / "b", block.digest).chmod(0o644)
    with pytest.raises(SettingsError, match="others"):
        secret_of(tmp_path / "b", block.digest)
    secret_path(tmp_path / "b", block.digest).unlink()
    with pytest.raises(SettingsError, match="destroyed"):
        secret_of(tmp_path / "b", block.digest)
