from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evidence.file_manifest import Part
from stillwatch.service.evidence.hashing_state import HashingState
from stillwatch.service.evidence.list_files import FileState

if TYPE_CHECKING:
    from pathlib import Path

_STATE = FileState(3, 1, 2, (1 << 63) + 1, 7)
_PART = Part("a\n.bin", 0, 3)


def test_a_line_that_was_cut_or_damaged_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hashing.seal"
    first = HashingState(path)
    first.keep(_PART, _STATE, {"sha256": "aa"})
    first.keep(Part("b"), _STATE, {"sha256": "bb"})
    assert path.stat().st_mode & 0o077 == 0
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        again = HashingState(path)
        again.keep(Part("c"), _STATE, {"sha256": "cc"})
        read = HashingState(path)
        assert read.known(Part("c"), _STATE) == {"sha256": "cc"}
        assert read.known(Part("b"), _STATE) in ({}, {"sha256": "bb"})
    for at in range(1, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        read = HashingState(path)
        assert read.known(_PART, _STATE) in ({}, {"sha256": "aa"})


def test_only_the_very_file_is_taken_up_again(tmp_path: Path) -> None:
    HashingState(tmp_path / "s").keep(_PART, _STATE, {"sha256": "aa"})
    read = HashingState(tmp_path / "s")
    assert read.known(_PART, _STATE) == {"sha256": "aa"}
    assert read.known(Part("a\n.bin", 0, 4), _STATE) == {}
    for field in _STATE._fields:
        assert read.known(_PART, _STATE._replace(**{field: 9})) == {}
    read.done()
    assert not (tmp_path / "s").exists()


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    kept = HashingState(tmp_path / "nowhere" / "s")
    kept.keep(_PART, _STATE, {"sha256": "aa"})
    assert kept.known(_PART, _STATE) == {"sha256": "aa"}
    kept.done()
