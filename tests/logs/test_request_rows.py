"""Requests of logs in order of time, whatever the order of files and lines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import orjson

from exchange_log import START, exchange, quiet, write_log
from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.reading import Reading
from stillwatch.logs.request_rows import RequestRow, Templates, in_order, read_requests

if TYPE_CHECKING:
    from pathlib import Path

_SALT = 5


def rows_of(paths: list[Path], spill: Path, templates: Templates | None = None) -> list[RequestRow]:
    spill.mkdir(exist_ok=True)
    found = read_requests(paths, Reading(workers=1), templates, spill=spill, progress=quiet)
    rows = list(in_order(found.pieces))
    assert (len(rows), found.faults) == (found.count, ())
    return rows


def test_files_that_overlap_are_merged_by_time(tmp_path: Path) -> None:
    records = [exchange(number) for number in range(200)]
    random.Random(3).shuffle(records)
    paths = [write_log(tmp_path / f"{part}.jsonl", records[part::3]) for part in range(3)]
    rows = rows_of(paths, tmp_path / "spill")
    assert [row.record_id for row in rows] == [f"req-{number}" for number in range(200)]


def test_a_row_says_what_the_gateway_saw_and_the_reply_cost(tmp_path: Path) -> None:
    record = exchange(
        *(1, "a-1"),
        api_key_id="k-1",
        params='{"n": 2}',
        input_tokens=7,
        reasoning_in="s-1\ns-2",
        ended_at=START + 90 * 10**9,
        prompt_text=None,
    )
    (row,) = rows_of([write_log(tmp_path / "log.jsonl", [record])], tmp_path / "spill")
    assert row == RequestRow(
        started_at=START + 60 * 10**9,
        ended_at=START + 90 * 10**9,
        record_id="req-1",
        account_id="a-1",
        api_key_id="k-1",
        user_id="",
        team_id="",
        org_id="",
        end_user_id="",
        session_id="",
        client_address="203.0.113.1",
        user_agent="",
        header_order="",
        tls_ja3="",
        tls_ja4="",
        request_model="model-large",
        params='{"n": 2}',
        reasoning_in="s-1\ns-2",
        reasoning_out="",
        input_tokens=7,
        output_tokens=21,
        templates=[],
    )


def test_of_the_prompts_keys_those_that_are_looked_for_are_found(tmp_path: Path) -> None:
    system = "You grade one answer at a time."
    log = write_log(tmp_path / "log.jsonl", [exchange(1, system_text=system), exchange(2, system_text="Be kind.")])
    looked_for = (int(KeyKind.SYSTEM), hash_one(system, _SALT))
    templates = Templates(salt=_SALT, keys=frozenset([looked_for, (int(KeyKind.HEAD), looked_for[1])]))
    rows = rows_of([log], tmp_path / "spill", templates)
    assert [row.templates for row in rows] == [list(looked_for), []]


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(orjson.dumps(exchange(1)) + b"\n{broken\n" + orjson.dumps(exchange(2)) + b"\n")
    (tmp_path / "spill").mkdir()
    found = read_requests([log], Reading(workers=1), None, spill=tmp_path / "spill", progress=quiet)
    assert (found.count, found.rejected) == (2, 1)


def test_no_more_files_are_open_than_overlap(tmp_path: Path) -> None:
    paths = [write_log(tmp_path / f"{part}.jsonl", [exchange(part * 10 + n) for n in range(10)]) for part in range(4)]
    spill = tmp_path / "spill"
    spill.mkdir()
    rows = in_order(read_requests(paths, Reading(workers=1), None, spill=spill, progress=quiet).pieces)
    next(rows)
    for late in sorted(spill.glob("*.parquet"))[2:]:
        late.rename(late.with_suffix(".late"))
    assert next(rows).record_id == "req-1"
