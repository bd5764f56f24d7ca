"""The shelf of formats: every case of every format, and that no record is taken for another format's."""

from __future__ import annotations

import pytest

from stillwatch.logs.format import Case, Format, Part, Record, Row
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.schema import EXCHANGE_SCHEMA
from stillwatch.logs.shelf import formats, recognise

SHELF = formats()
CASES = [pytest.param(found, case, id=f"{found.name}: {case.name}") for found in SHELF for case in found.cases]
RECORDS = [
    pytest.param(found.name, record, id=f"{found.name}: {case.name} {place}")
    for found in SHELF
    for case in found.cases
    for place, record in enumerate(case.records)
]


def rows_of(declared: Format, case: Case) -> list[Row]:
    """Read a case's records and join their parts as the ingest does: by kind and key, in order of sequence."""
    rows: list[Row] = []
    parts: dict[tuple[str, str], list[Part]] = {}
    for record in case.records:
        for found in _read(declared, case, record):
            if isinstance(found, Part):
                parts.setdefault((found.kind, found.key), []).append(found)
            else:
                rows.append(found)
    rows.extend(row for group in parts.values() if (row := _joined(declared, group)) is not None)
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _read(declared: Format, case: Case, record: Record) -> list[Row | Part]:
    """What the record yields; a case without rows may also be one that is refused."""
    try:
        return list(declared.read(record))
    except ValueError:
        if case.rows:
            raise
        return []


def _joined(declared: Format, group: list[Part]) -> Row | None:
    if all(part.needs_more for part in group):
        return None
    row: Row = {}
    pieces: dict[str, str] = {}
    for part in sorted(group, key=lambda part: part.sequence):
        row = {name: value for name, value in part.row.items() if value is not None} | row
        for name, piece in part.text_pieces.items():
            pieces[name] = pieces.get(name, "") + piece
    return declared.finish(row, pieces) if declared.finish else row


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_case_becomes_its_rows(declared: Format, case: Case) -> None:
    assert rows_of(declared, case) == list(case.rows)


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_rows_fit_the_canonical_schema(declared: Format, case: Case) -> None:
    rows = rows_of(declared, case)
    assert all(row.keys() <= set(EXCHANGE_SCHEMA.names) for row in rows)
    assert [
        {name: value for name, value in row.items() if value is not None} for row in lay_out(rows).batch.to_pylist()
    ] == rows


@pytest.mark.parametrize(("name", "record"), RECORDS)
def test_record_is_recognised_by_its_own_format_alone(name: str, record: dict[str, object]) -> None:
    assert [found.name for found in recognise(record, SHELF)] == [name]


def test_every_format_reads_like_a_manual_page() -> None:
    assert [found.name for found in SHELF if not found.title] == []


def test_unknown_record_is_recognised_by_none() -> None:
    assert recognise({"hello": "world"}) == ()
