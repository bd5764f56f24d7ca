"""Values come back out of a mapped file as they were, and their arrays lie in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.logs.mapped import read_mapped, write_mapped

if TYPE_CHECKING:
    from pathlib import Path


def test_a_value_comes_back_with_what_its_parts_share(tmp_path: Path) -> None:
    table = {"number": np.arange(1001), "share": np.linspace(0, 1, 7), "none": np.zeros(0, np.int64)}
    rows = np.arange(50)[::-1]
    write_mapped(tmp_path / "value", (table, [table, rows[10:20], "text"]))
    found, (again, some, text) = read_mapped(tmp_path / "value")
    assert again is found
    assert text == "text"
    assert {name: (one.tolist(), one.dtype) for name, one in found.items()} == {
        name: (one.tolist(), one.dtype) for name, one in table.items()
    }
    assert some.tolist() == rows[10:20].tolist()


def test_arrays_lie_in_the_file_on_lines_of_their_own(tmp_path: Path) -> None:
    write_mapped(tmp_path / "value", [np.full(3, number) for number in range(4)])
    (tmp_path / "value").write_bytes(
        (tmp_path / "value").read_bytes().replace(bytes([2, *bytes(7)]), bytes([9, *bytes(7)]))
    )
    found = read_mapped(tmp_path / "value")
    assert [one.tolist() for one in found] == [[0] * 3, [1] * 3, [9] * 3, [3] * 3]
    assert {one.ctypes.data % 64 for one in found} == {0}


def test_what_a_reader_writes_is_its_own_and_the_file_may_go(tmp_path: Path) -> None:
    write_mapped(tmp_path / "value", np.arange(5))
    mine, theirs = read_mapped(tmp_path / "value"), read_mapped(tmp_path / "value")
    (tmp_path / "value").unlink()
    mine[:] = 0
    assert theirs.tolist() == [0, 1, 2, 3, 4]


def test_an_array_that_may_not_be_written_stays_so(tmp_path: Path) -> None:
    fixed = np.arange(5)
    fixed.setflags(write=False)
    write_mapped(tmp_path / "value", fixed)
    assert not read_mapped(tmp_path / "value").flags.writeable
