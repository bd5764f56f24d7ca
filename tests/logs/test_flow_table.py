from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flow_logs import record
from stillwatch.logs import streams
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.flow_rows import flows_of
from stillwatch.logs.flow_shelf import flow_formats
from stillwatch.logs.flow_table import FlowTables
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS = {one.name: one for one in flow_formats()}
_ZEEK = "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\torig_bytes\n"
_AWS = "2 1 eni-1 10.0.3.7 192.0.2.9 1 443 6 1 {} 1772355600 1772355660 ACCEPT OK\n"


def _sizes(path: Path, name: str, block_bytes: int = 1 << 20) -> tuple[list[int | None], dict[str, int]]:
    log, reader = RejectLog(), FlowTables(_FORMATS[name])
    blocks = open_blocks(path, block_bytes=block_bytes)
    tables = [flows_of(table, _FORMATS[name]) for block in blocks for table in reader.tables(block, log)]
    return [size for table in tables for size in table.column("sent_bytes").to_pylist()], dict(log.rejects().counts)


def test_one_bad_line_costs_itself_alone(tmp_path: Path) -> None:
    lines = [json.dumps(record(at, "192.0.2.9", at + 1)) for at in range(4)]
    path = tmp_path / "flows.jsonl"
    path.write_text("\n".join([*lines[:2], '{"type": "FLOW", ', *lines[2:]]) + "\n")
    assert _sizes(path, "nfdump") == ([1, 2, 3, 4], {"not JSON": 1})


def test_numbers_that_are_text_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "flows.jsonl"
    one = record(0, "192.0.2.9", 7)
    path.write_text("".join(json.dumps({**one, "in_bytes": size}) + "\n" for size in (7, "8", 9.0, "many", [1])))
    assert _sizes(path, "nfdump") == ([7, 8, 9, None, None], {})


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_CHUNK_BYTES", 50)


@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
def test_columns_that_are_named_once_hold_for_all_blocks(tmp_path: Path, block_bytes: int) -> None:
    path = tmp_path / "conn.log"
    rows = [f"1772355600.5\t10.0.3.7\t1\t192.0.2.9\t443\ttcp\t{size}\n" for size in (5, 6, 7)]
    moved = _ZEEK.replace("proto\torig_bytes", "orig_bytes\tproto")
    other = "1772355600.5\t10.0.3.7\t1\t192.0.2.9\t443\t8\ttcp\n"
    path.write_text("#separator \\x09\n" + _ZEEK + "".join(rows) + "#close\tx\n" + moved + other)
    assert _sizes(path, "zeek_conn", block_bytes) == ([5, 6, 7, 8], {})


def test_rows_of_another_number_of_columns_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "aws.log"
    path.write_text(_AWS.format(5) + "2 1 eni-1 10.0.3.7\n" + _AWS.format(6))
    assert _sizes(path, "aws_vpc") == ([5, 6], {"wrong number of columns": 1})


def test_a_header_of_ones_own_holds_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "aws.log"
    names = "version account-id interface-id srcaddr dstaddr srcport dstport protocol bytes packets start end action"
    names += " log-status\n"
    path.write_text(names + "".join(_AWS.format(size) for size in (5, 6, 7)))
    found, rejected = _sizes(path, "aws_vpc", 64)
    assert (found, rejected) == ([1, 1, 1], {})  # its ninth column is bytes, whatever the default order says


def test_what_stands_before_any_header_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "conn.log"
    path.write_text("1772355600.5\t10.0.3.7\t1\t192.0.2.9\t443\ttcp\t9\n" + _ZEEK)
    assert _sizes(path, "zeek_conn") == ([], {"before any line that names the columns": 1})
