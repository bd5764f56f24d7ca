"""A file that grows keeps the commitments of its blocks; one whose secrets were destroyed shows nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evidence.commitment import check_opening
from stillwatch.logs.file_blocks import Block, open_blocks
from stillwatch.service.evidence.seal_files import FileSeals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _line(number: int) -> bytes:
    return b'{"number": %06d}\n' % number


def _blocks(path: Path) -> Iterator[Block]:
    return open_blocks(path, block_bytes=1 << 10)


def _sealed(path: Path, seals: FileSeals) -> tuple[dict[str, Any], int]:
    """The statement, and how many blocks had to be committed to."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert seals.wants(digest)
    commits = [(seals.saw(digest, block), block) for block in _blocks(path)]
    for commit, block in commits:
        if commit is not None:
            commit(block)
    statement = seals.state(digest)
    assert statement is not None
    seals.close(statement)
    return statement, sum(commit is not None for commit, _ in commits)


def test_a_file_that_grew_is_committed_to_where_it_grew_alone(tmp_path: Path) -> None:
    path, seals = tmp_path / "log.jsonl", FileSeals(tmp_path / "seals")
    path.write_bytes(b"".join(map(_line, range(1000))))
    first, all_of_it = _sealed(path, seals)
    assert (seals.wants(first["file_sha256"]), seals.statement(first["file_sha256"])) == (False, first)
    with path.open("ab") as file:
        file.write(b"".join(map(_line, range(1000, 1100))))
    second, new = _sealed(path, seals)
    assert (first["records"], second["records"]) == (1000, 1100)
    assert 0 < new < all_of_it / 4
    for number in (0, 57, 999, 1099):
        opening = seals.open(second["file_sha256"], number, _blocks(path))
        assert opening is not None
        assert opening.record == _line(number).strip()
        check_opening(opening, 1100, bytes.fromhex(second["root"]))
    assert seals.open(second["file_sha256"], 1100, _blocks(path)) is None


def test_destroyed_secrets_end_showing_and_nothing_else(tmp_path: Path) -> None:
    path, seals = tmp_path / "log.jsonl", FileSeals(tmp_path / "seals")
    path.write_bytes(b"".join(map(_line, range(100))))
    statement, blocks = _sealed(path, seals)
    assert (seals.destroy(statement["file_sha256"]), seals.destroy(statement["file_sha256"])) == (blocks, 0)
    with pytest.raises(SettingsError, match="destroyed"):
        seals.open(statement["file_sha256"], 5, _blocks(path))
    assert seals.statement(statement["file_sha256"]) == statement


def test_a_commitment_that_is_gone_is_named(tmp_path: Path) -> None:
    path, seals = tmp_path / "log.jsonl", FileSeals(tmp_path / "seals")
    path.write_bytes(_line(1))
    statement, _ = _sealed(path, seals)
    next((tmp_path / "seals" / "blocks").glob("*.leaves")).unlink()
    with pytest.raises(InputError, match="a commitment is gone"):
        seals.open(statement["file_sha256"], 0, _blocks(path))


def test_a_file_without_a_record_says_nothing(tmp_path: Path) -> None:
    path, seals = tmp_path / "log.jsonl", FileSeals(tmp_path / "seals")
    path.write_bytes(b'{"a": 1}\n')
    (block,) = open_blocks(path)
    assert seals.wants("ab")
    assert seals.saw("ab", block) is not None
    assert seals.seen() == ("ab",)
    with pytest.raises(InputError, match="gone"):
        seals.state("ab")
