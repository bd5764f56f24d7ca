"""A Delta table's files are those that its log amounts to; what they alone do not say is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from delta_log import PROTOCOL, add, commit, metadata, remove
from lake_libraries import deltalake, why_missing
from stillwatch.core.errors import InputError
from stillwatch.logs.lakes.delta_snapshot import delta_snapshot

if TYPE_CHECKING:
    from pathlib import Path


def names(table: Path, version: int | None = None) -> set[str]:
    found = delta_snapshot(table, version)
    assert found.location == table
    return {str(path.relative_to(table)) for path in found.files}


def test_commits_add_and_remove_files_up_to_the_version(tmp_path):
    commit(tmp_path, 0, PROTOCOL, metadata(), add("a.parquet"), add("b%20b.parquet"))
    commit(tmp_path, 1, {"commitInfo": {}}, add("c.parquet"))
    commit(tmp_path, 2, remove("a.parquet"), add("d.parquet"))
    assert names(tmp_path) == {"b b.parquet", "c.parquet", "d.parquet"}
    assert names(tmp_path, 1) == {"a.parquet", "b b.parquet", "c.parquet"}
    assert delta_snapshot(tmp_path).version == "2"


@pytest.mark.parametrize("parts", [1, 2])
def test_a_checkpoint_stands_for_the_commits_before_it(tmp_path, parts):
    commit(tmp_path, 3, remove("a.parquet"), add("e.parquet"))
    actions = [PROTOCOL, metadata(x="y"), *map(add, ("a.parquet", "b.parquet")), remove("z.parquet")]
    stems = {1: ["checkpoint"], 2: ["checkpoint.0000000001.0000000002", "checkpoint.0000000002.0000000002"]}[parts]
    kinds = {
        "protocol": pa.struct([("minReaderVersion", pa.int32())]),
        "metaData": pa.struct([("configuration", pa.map_(pa.string(), pa.string()))]),
        "add": pa.struct([("path", pa.string()), ("partitionValues", pa.map_(pa.string(), pa.string()))]),
        "remove": pa.struct([("path", pa.string())]),
        "txn": pa.struct([("appId", pa.string())]),
    }
    for number, stem in enumerate(stems):
        rows = [{name: one.get(name) for name in kinds} for one in actions[number::parts]]
        pq.write_table(
            pa.Table.from_pylist(rows, pa.schema(kinds)), tmp_path / "_delta_log" / f"{2:020}.{stem}.parquet"
        )
    assert names(tmp_path) == {"b.parquet", "e.parquet"}
    assert names(tmp_path, 2) == {"a.parquet", "b.parquet"}
    with pytest.raises(InputError, match="does not reach version 1"):
        delta_snapshot(tmp_path, 1)


_VECTOR = {"deletionVector": {"storageType": "u", "pathOrInlineDv": "x", "offset": 1}}


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([add("a.parquet", **_VECTOR), remove("a.parquet")], "deleted one by one.*PURGE"),
        ([metadata(**{"delta.columnMapping.mode": "name"})], "other names"),
        ([{"protocol": {"minReaderVersion": 3, "readerFeatures": ["catalogManaged"]}}], "catalogManaged"),
        ([{"protocol": {"minReaderVersion": 4}}], "version 4"),
        ([add("s3://bucket/a.parquet")], "another file system.*mount"),
        ([add("a.parquet", partitionValues={"day": "1"})], "does not say its partition"),
    ],
    ids=["rows deleted", "columns renamed", "unknown feature", "unknown version", "elsewhere", "hidden partition"],
)
def test_a_table_whose_rows_are_not_simply_those_of_its_files_is_refused(tmp_path, actions, message):
    commit(tmp_path, 0, PROTOCOL, metadata(), add("a.parquet"))
    commit(tmp_path, 1, *actions)
    with pytest.raises(InputError, match=message):
        delta_snapshot(tmp_path)
    assert names(tmp_path, 0) == {"a.parquet"}


def test_vectors_that_are_allowed_and_not_there_do_no_harm(tmp_path):
    commit(tmp_path, 0, {"protocol": {"minReaderVersion": 3, "readerFeatures": ["deletionVectors"]}}, metadata())
    commit(tmp_path, 1, add("day=1/a.parquet", partitionValues={"day": "1"}))
    assert names(tmp_path) == {"day=1/a.parquet"}


def test_no_table_and_no_such_version_say_so(tmp_path):
    with pytest.raises(InputError, match="no Delta table"):
        delta_snapshot(tmp_path)
    commit(tmp_path, 0, PROTOCOL, metadata())
    with pytest.raises(InputError, match="does not reach version 7"):
        delta_snapshot(tmp_path, 7)


@pytest.mark.slow
@pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")
def test_delta_rs_writes_tables_whose_files_are_found_at_every_version(tmp_path):
    lake = deltalake()
    rows = pa.table({"account_id": ["a", "b", "c"], "day": ["1", "1", "x y"]})
    for version in range(4):
        lake.write_deltalake(tmp_path, rows, partition_by=["day"], mode="append")
        if version == 1:
            lake.DeltaTable(tmp_path).create_checkpoint()
    lake.DeltaTable(tmp_path).delete("day = '1'")
    lake.DeltaTable(tmp_path).optimize.compact()
    versions = range(lake.DeltaTable(tmp_path).version() + 1)
    assert len(versions) == 6
    for version in versions:
        reference = lake.DeltaTable(tmp_path, version=version)
        assert {str(path) for path in delta_snapshot(tmp_path, version).files} == set(reference.file_uris())
