from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from flow_logs import HOST, record, write
from stillwatch.logs import flow_ingest, streams
from stillwatch.logs.flow_addresses import AddressBook
from stillwatch.logs.flow_ingest import FlowsRead, read_flows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BOOK = AddressBook([(HOST, 0)])


def _read(paths: Sequence[Path], folder: Path, digest: str = "d") -> FlowsRead:
    return read_flows(paths, _BOOK, folder, hosts_digest=digest)


def test_the_hosts_flows_are_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    records = [
        record(0, "192.0.2.9", 100),
        record(1, HOST, 50, source="192.0.2.9"),
        record(5, "192.0.2.9", 7, source="10.0.9.9"),
        record(6, "nowhere", 7),
    ]
    read = _read([write(tmp_path / "a.json", records)], tmp_path / "flows")
    assert (read.records, read.kept, read.rejected) == (4, 2, {"no target address": 1})
    assert len(read.hours) == 3
    assert read.inputs[0][0] == "a.json"
    kept = pq.read_table(read.files[0]).select(["source_host", "target_host"]).to_pylist()
    assert [tuple(row.values()) for row in kept] == [(0, -1), (-1, 0)]


def test_what_was_read_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write(tmp_path / "a.json", [record(0, "192.0.2.9", 100)])
    before = _read([first], tmp_path / "flows")
    second = write(tmp_path / "b.json", [record(1, "192.0.2.9", 100)])
    read_again: list[str] = []
    keep = flow_ingest._keep
    monkeypatch.setattr(flow_ingest, "_keep", lambda *said: (read_again.append(said[0].path.name), keep(*said))[1])
    after = _read([first, second], tmp_path / "flows")
    assert (read_again, before.known, after.known, after.records) == (["b.json"], 0, 1, 2)
    _read([first, second], tmp_path / "flows", digest="other hosts")
    assert read_again == ["b.json", "a.json", "b.json"]


def test_a_run_that_was_ended_goes_on_within_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\torig_bytes\n"]
    lines += [f"1772355600.5\t{HOST}\t{port}\t192.0.2.9\t443\ttcp\t{port}\n" for port in range(1, 900)]
    path = tmp_path / "conn.log.gz"
    path.write_bytes(gzip.compress("".join(lines).encode()))
    blocks = flow_ingest.open_blocks
    monkeypatch.setattr(streams, "_CHUNK_BYTES", 1024)
    monkeypatch.setattr(flow_ingest, "open_blocks", lambda path: blocks(path, block_bytes=4096))
    keep, done = flow_ingest._keep, []

    def end_after_two(*said: object) -> object:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(said)
        return keep(*said)

    monkeypatch.setattr(flow_ingest, "_keep", end_after_two)
    with pytest.raises(KeyboardInterrupt):
        _read([path], tmp_path / "flows")
    monkeypatch.setattr(flow_ingest, "_keep", keep)
    read = _read([path], tmp_path / "flows")
    assert (read.known, read.kept, read.rejected) == (2, 899, {})


def test_a_stream_that_ends_early_is_said(tmp_path: Path) -> None:
    content = gzip.compress("".join(json.dumps(record(0, "192.0.2.9", at)) + "\n" for at in range(900)).encode())
    path = tmp_path / "cut.json.gz"
    path.write_bytes(content[: len(content) // 2])
    assert "ends early" in _read([path], tmp_path / "flows").faults[0]
