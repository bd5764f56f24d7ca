"""From a file to exchanges: every record is a row, a part, a reject or nothing, and never a crash."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import pickle
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_factory import NOTES, json_lines, lines_in, note, notes_in, parsed_all, reasons_in, written

from stillwatch.core.errors import SettingsError
from stillwatch.logs.choice import Choice
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.format import Part
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.limits import Limits
from stillwatch.logs.parse import Parsed, no_time_reason, parse_block, parse_with
from stillwatch.logs.schema import EXCHANGE_SCHEMA
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = json_lines(*(note(number, f"note {number}") for number in range(30)))


def as_csv(records: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, records[0])
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


def test_rows_parts_rejects_and_nothing_are_told_apart(tmp_path: Path) -> None:
    content = json_lines(
        note(1, "one"), {"at": 1}, {"half": "k"}, note(2, "skip me"), {"boom": 1}, {"note": "timeless"}
    )
    (parsed,) = parsed_all(written(tmp_path, content + b"nonsense\n"))
    assert notes_in([parsed]) == ["one"]
    assert parsed.parts == (Part("note", "k", 0, {}, {}, needs_more=True),)
    assert parsed.rejects.counts == {
        "no note": 1,
        "unreadable record: KeyError": 1,
        "no start time": 1,
        "not JSON": 1,
    }
    assert (parsed.records, parsed.empty, parsed.exchanges) == (6, 1, {"notes": 1})
    assert set(lines_in([parsed])) == {
        ("no note", 2),
        ("unreadable record: KeyError", 5),
        ("no start time", 6),
        ("not JSON", 7),
    }
    assert pickle.loads(pickle.dumps(parsed)) == parsed  # noqa: S301 - our own bytes


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_packing_makes_no_difference(tmp_path: Path, pack: Any) -> None:
    parsed = parsed_all(written(tmp_path, pack(GOLDEN)))
    assert notes_in(parsed) == [f"note {number}" for number in range(30)]


def test_parquet_is_read_by_row_and_by_column(tmp_path: Path) -> None:
    path = tmp_path / "log"
    pq.write_table(pa.Table.from_pylist([*(note(number) for number in range(10)), {"at": None, "note": "x"}]), path)
    by_row = parsed_all(path)
    assert (len(notes_in(by_row)), reasons_in(by_row)) == (10, {"no start time": 1})

    def read_columns(batch: pa.RecordBatch) -> pa.RecordBatch:
        return lay_out([{"started_at": row["at"], "prompt_text": row["note"]} for row in batch.to_pylist()]).batch

    fast = dataclasses.replace(NOTES, read_columns=read_columns)
    by_column = [parse_with(block, Choice.forced(fast), Limits(least_scanned=0)) for block in open_blocks(path)]
    assert (notes_in(by_column), reasons_in(by_column)) == (notes_in(by_row), reasons_in(by_row))
    for refusal in (lambda _: None, lambda _: 1 / "x"):  # declines, or fails
        slow = dataclasses.replace(NOTES, read_columns=refusal)
        assert [
            parse_with(block, Choice.forced(slow), Limits(least_scanned=0)) for block in open_blocks(path)
        ] == by_row


def test_batches_stay_within_the_limits(tmp_path: Path) -> None:
    path = written(tmp_path, json_lines(*(note(number, "x" * 1000) for number in range(1000))))
    by_rows, by_bytes = (
        parsed_all(path, limits)[0].batches for limits in (Limits(batch_rows=100), Limits(batch_bytes=50_000))
    )
    assert [batch.num_rows for batch in by_rows] == [100] * 10
    assert max(batch.nbytes for batch in by_bytes) < 80_000
    assert all(batch.schema == EXCHANGE_SCHEMA for batch in (*by_rows, *by_bytes))


def test_an_impossible_value_costs_its_row_alone(tmp_path: Path) -> None:
    content = json_lines(note(1, "one"), {"at": 2**64 - 1, "note": "x"}, {"at": "1", "note": "x"}, note(3, "three"))
    parsed = parsed_all(written(tmp_path, content))
    assert (notes_in(parsed), reasons_in(parsed)) == (["one", "three"], {"wrong type: started_at": 2})
    assert lines_in(parsed) == [("wrong type: started_at", 2), ("wrong type: started_at", 3)]
    assert parsed[0].exchanges == {"notes": 2}


def test_a_line_of_thirty_megabytes_costs_itself(tmp_path: Path) -> None:
    content = json_lines(note(1, "one"), note(2, "x" * 30_000_000), note(3, "three"))
    parsed = parsed_all(written(tmp_path, content), Limits(max_record_bytes=1 << 20))
    assert (notes_in(parsed), lines_in(parsed)) == (["one", "three"], [("record too large", 2)])


def test_a_fault_of_the_file_reaches_the_parsed(tmp_path: Path) -> None:
    parsed = parsed_all(written(tmp_path, gzip.compress(GOLDEN)[:-10]))
    assert parsed[-1].fault == "compressed stream ends early"


def test_a_format_that_never_has_a_time_says_so() -> None:
    timeless = dataclasses.replace(NOTES, cases=(dataclasses.replace(NOTES.cases[0], rows=({"prompt_text": "Hi"},)),))
    assert no_time_reason(timeless) == "no time in this format: notes"


def test_every_format_reads_its_own_cases_from_a_file(tmp_path: Path) -> None:
    for declared in formats():
        records = [record for case in declared.cases for record in case.records]
        path = written(tmp_path, json_lines(*records), declared.name)
        found = [parse_block(block, declared.name) for block in open_blocks(path)]
        rows = sum(batch.num_rows for parsed in found for batch in parsed.batches)
        said = sum(parsed.rejects.total + len(parsed.parts) + parsed.empty for parsed in found)
        assert rows or said, declared.name
        assert not any("unreadable" in reason for reason in reasons_in(found)), (declared.name, reasons_in(found))


def test_an_unknown_format_is_the_operators_to_mend(tmp_path: Path) -> None:
    (block,) = open_blocks(written(tmp_path, GOLDEN))
    with pytest.raises(SettingsError, match="no log format 'nots'"):
        parse_block(block, "nots")


def accounted(parsed: list[Parsed]) -> int:
    return sum(
        sum(batch.num_rows for batch in one.batches) + len(one.parts) + one.rejects.total + one.empty for one in parsed
    )


mutations = st.lists(
    st.tuples(st.integers(0, len(GOLDEN) - 1), st.integers(0, 255), st.sampled_from(["set", "drop", "insert"])),
    min_size=1,
    max_size=12,
)


def mutated(content: bytes, changes: list[tuple[int, int, str]]) -> bytes:
    data = bytearray(content)
    for place, byte, kind in changes:
        here = place % max(len(data), 1)
        if kind == "set":
            data[here] = byte
        elif kind == "insert":
            data.insert(here, byte)
        else:
            del data[here]
    return bytes(data)


@given(mutations, st.sampled_from([1, 200, 1 << 20]))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_is_lost_whatever_the_bytes(tmp_path: Path, changes: list[tuple[int, int, str]], block: int) -> None:
    prefix = json_lines(note(0), note(1))  # keeps the container what it is
    content = prefix + mutated(GOLDEN, changes)
    parsed = parsed_all(written(tmp_path, content), Limits(max_record_bytes=4096), block)
    lines = [line for line in content.split(b"\n") if line.strip(b" \t\r\n\v\f")]
    lists = sum(line.lstrip().startswith(b"[") for line in lines)
    assert accounted(parsed) >= len(lines) - lists
    assert lists or accounted(parsed) == len(lines)


@given(
    st.sampled_from(
        [GOLDEN, gzip.compress(GOLDEN), zstandard.compress(GOLDEN), b"[" + GOLDEN.replace(b"\n", b",") + b"{}]"]
    ),
    mutations,
)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_it(tmp_path: Path, content: bytes, changes: list[tuple[int, int, str]]) -> None:
    parsed_all(written(tmp_path, mutated(content, changes)), Limits(max_record_bytes=4096), 500)


@given(mutations)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_csv_crashes_it(tmp_path: Path, changes: list[tuple[int, int, str]]) -> None:
    content = as_csv([note(number, f'say "{number}",\nplease') for number in range(20)])
    parsed_all(written(tmp_path, mutated(content, changes)), Limits(max_record_bytes=4096), 200)
