"""The shelf of flow log formats: every case of every format, through files as they lie on a disk."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.flow_rows import flows_of
from stillwatch.logs.flow_shelf import flow_formats, recognise_flows
from stillwatch.logs.flow_table import FlowTables
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.flow_format import FlowCase, FlowFormat

CASES = [pytest.param(found, case, id=f"{found.name}: {case.name}") for found in flow_formats() for case in found.cases]


def _write(path: Path, case: FlowCase) -> Path:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in case.records]
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


def _read(path: Path, declared: FlowFormat) -> list[dict[str, object]]:
    log, reader = RejectLog(), FlowTables(declared)
    tables = [flows_of(table, declared) for block in open_blocks(path) for table in reader.tables(block, log)]
    assert log.rejects().counts == {}
    return [
        {name: value for name, value in row.items() if value not in (None, "", "conn")}
        for table in tables
        for row in table.to_pylist()
        if any(value is not None for value in row.values())
    ]


def _flows(case: FlowCase) -> list[dict[str, object]]:
    return [dict(flow) for flow in case.flows]


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_a_case_becomes_its_flows_and_is_known(declared: FlowFormat, case: FlowCase, tmp_path: Path) -> None:
    path = _write(tmp_path / "flows.log.gz", case)
    assert recognise_flows(path) is declared
    found = _read(path, declared)
    assert [{name: flow[name] for name in flow if name != "is_total" or flow[name]} for flow in found] == _flows(case)


@pytest.mark.parametrize("name", [one.name for one in flow_formats() if one.name not in ("aws_vpc", "zeek_conn")])
def test_records_in_one_array_are_read_too(name: str, tmp_path: Path) -> None:
    declared = next(one for one in flow_formats() if one.name == name)
    path = tmp_path / "flows.json"
    path.write_text(json.dumps(declared.cases[0].records), "utf-8")
    assert recognise_flows(path) is declared
    assert len(_read(path, declared)) == len(declared.cases[0].flows)


def test_the_wrapped_log_of_azure(tmp_path: Path) -> None:
    declared = next(one for one in flow_formats() if one.name == "azure_flow")
    path = tmp_path / "PT1H.json"
    path.write_text(json.dumps({"records": list(declared.cases[0].records)}), "utf-8")
    assert recognise_flows(path) is declared
    assert len(_read(path, declared)) == len(declared.cases[0].flows)


def test_parquet_of_aws(tmp_path: Path) -> None:
    declared = next(one for one in flow_formats() if one.name == "aws_vpc")
    row = {"interface_id": "eni-1", "srcaddr": "10.0.3.7", "dstaddr": "192.0.2.9", "bytes": 9, "packets": 1}
    path = tmp_path / "flows.parquet"
    pq.write_table(pa.Table.from_pylist([{**row, "start": 1772355600, "end": 1772355660, "action": "ACCEPT"}]), path)
    assert recognise_flows(path) is declared
    assert _read(path, declared)[0]["observer"] == "eni-1"


def test_what_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"model": "m"}\n{"model": "m"}\n')
    with pytest.raises(InputError, match="no flow log that is known"):
        recognise_flows(path)
    path.write_text("")
    assert recognise_flows(path) is None
