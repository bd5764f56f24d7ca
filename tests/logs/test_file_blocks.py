"""From a file to blocks: containers, digests, faults, and memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from log_factory import blocks_of, json_lines, note, written

from stillwatch.core.errors import InputError
from stillwatch.logs.containers import Container
from stillwatch.logs.file_blocks import input_digest, open_blocks
from stillwatch.logs.streams import ENDS_EARLY

if TYPE_CHECKING:
    from pathlib import Path

LINES = json_lines(*(note(number) for number in range(1000)))

_GIANT = """
import resource, sys
from pathlib import Path
from stillwatch.logs.file_blocks import open_blocks
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
blocks = open_blocks(Path(sys.argv[1]), block_bytes=1 << 20, max_record_bytes=1 << 20)
rejects = sum(block.rejects.total for block in blocks)
print(rejects, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_blocks_are_numbered_whole_lines_and_survive_pickling(tmp_path: Path) -> None:
    blocks = blocks_of(tmp_path, LINES * 40, block_bytes=1 << 20)
    assert len(blocks) > 1
    assert b"".join(block.data for block in blocks) == LINES * 40
    assert [block.index for block in blocks] == list(range(len(blocks)))
    assert blocks[1].first_line == blocks[0].data.count(b"\n") + 1
    assert pickle.loads(pickle.dumps(blocks)) == blocks  # noqa: S301 - our own bytes


def test_an_empty_file_has_no_blocks(tmp_path: Path) -> None:
    assert [blocks_of(tmp_path, content) for content in (b"", gzip.compress(b"", mtime=0))] == [[], []]


def test_the_digest_is_of_the_content_not_of_its_packing(tmp_path: Path) -> None:
    plain, packed, rotated = (
        blocks_of(tmp_path, content) for content in (LINES, gzip.compress(LINES), zstandard.compress(LINES))
    )
    assert {block.digest for blocks in (plain, packed, rotated) for block in blocks} == {plain[0].digest}
    assert blocks_of(tmp_path, LINES + b" ")[0].digest != plain[0].digest


def test_the_digest_of_csv_covers_the_header(tmp_path: Path) -> None:
    one, other = (blocks_of(tmp_path, header + b"\n1,a\n")[0] for header in (b"id,prompt", b"id,reply"))
    assert one.data == other.data
    assert one.digest != other.digest


def test_blocks_that_only_tell_of_rejects_differ_by_file(tmp_path: Path) -> None:
    cut = gzip.compress(LINES)[:-20]
    one, other = (list(open_blocks(written(tmp_path, cut, name)))[-1] for name in ("a", "b"))
    assert one.data == other.data == b""
    assert one.digest != other.digest


def test_a_cut_stream_is_a_fault_of_the_last_block(tmp_path: Path) -> None:
    blocks = blocks_of(tmp_path, gzip.compress(LINES)[:-20])
    assert [block.fault for block in blocks] == ["", ENDS_EARLY]
    assert blocks[-1].rejects.counts == {ENDS_EARLY: 1}


def test_parquet_blocks_are_row_groups_with_digests_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "log"
    table = pa.table({"at": list(range(3000)), "note": ["same"] * 3000})
    pq.write_table(table, path, row_group_size=1000)
    blocks = list(open_blocks(path, block_bytes=1))
    assert [(block.container, block.row_groups, block.first_line) for block in blocks] == [
        (Container.PARQUET, (0, 1), 1),
        (Container.PARQUET, (1, 2), 1001),
        (Container.PARQUET, (2, 3), 2001),
    ]
    assert len({block.digest for block in blocks}) == 3
    assert [block.row_groups for block in open_blocks(path)] == [(0, 3)]
    pq.write_table(table.slice(0, 2000), path, row_group_size=1000)
    assert [block.digest for block in open_blocks(path, block_bytes=1)] == [block.digest for block in blocks[:2]]


@pytest.mark.parametrize("content", [b"PAR1" + b"x" * 100, b"PAR1", gzip.compress(b"PAR1xxxx", mtime=0)])
def test_a_damaged_parquet_file_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="Parquet"):
        blocks_of(tmp_path, content)


@pytest.mark.parametrize(
    ("before", "after", "rejects"),
    [
        pytest.param(b'{"a": "', b'"}\n{"a": 1}\n', 1, id="a line"),
        pytest.param(b'[{"a": "', b'"}, {"a": 1}]', 1, id="a record of an array"),
        pytest.param(b'id,text\n1,"', b'"\n2,b\n', 1, id="a CSV record"),
        pytest.param(b"[" * 1000, b"", 1, id="brackets"),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gzip"])
def test_a_gigantic_record_is_never_held(
    tmp_path: Path, before: bytes, after: bytes, rejects: int, is_packed: bool
) -> None:
    path = tmp_path / "log"
    with gzip.open(path, "wb", compresslevel=1) if is_packed else path.open("wb") as file:
        file.write(before)
        for _ in range(300):
            file.write((before[:1] if before.startswith(b"[[") else b"x") * (1 << 20))
        file.write(after)
    run = subprocess.run([sys.executable, "-c", _GIANT, str(path)], check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    found, grown_kib = map(int, run.stdout.split())
    assert found == rejects
    assert grown_kib < 120_000


def test_input_digest_is_that_of_the_file(tmp_path: Path) -> None:
    assert input_digest(written(tmp_path, LINES)) == hashlib.sha256(LINES).hexdigest()
    with pytest.raises(InputError, match="cannot be read"):
        input_digest(tmp_path / "absent")


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(open_blocks(tmp_path / "absent"))


def test_layout_does_not_matter(tmp_path: Path) -> None:
    records = [note(number) for number in range(5)]
    layouts = (json.dumps(records), json.dumps(records, indent=2), "\r\n".join(map(json.dumps, records)))
    for layout in layouts:
        (block,) = blocks_of(tmp_path, layout.encode())
        assert [json.loads(line) for line in block.data.splitlines()] == records
