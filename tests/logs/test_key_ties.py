from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.key_ties import keep_ties, kept_ties
from stillwatch.logs.sketching import KEY_SCHEMA

HEAD, BLOCK = int(KeyKind.HEAD), int(KeyKind.REASONING_OUT)


@pytest.fixture
def parts(tmp_path):
    rows = [[(HEAD, 11), (HEAD, 12)], [(HEAD, 11), (BLOCK, 90)]]
    files = []
    for number, part in enumerate(rows):
        columns = {"kind": [kind for kind, _ in part], "share_key": [key for _, key in part]}
        filler = {name: [number] * len(part) for name in KEY_SCHEMA.names if name not in columns}
        table = pa.table({**columns, **filler}).select(KEY_SCHEMA.names).cast(KEY_SCHEMA)
        files.append(str(tmp_path / f"part{number}.parquet"))
        pq.write_table(table, files[-1])
    return files


def test_rows_of_shared_keys_and_reasoning_blocks_stay(parts, tmp_path):
    written = keep_ties(parts, tmp_path / "ties", np.array([11, 11]))
    assert [pq.read_table(file)["share_key"].to_pylist() for file in written] == [[11], [11, 90]]
    assert kept_ties(tmp_path / "ties") == written


def test_a_folder_that_was_not_finished_counts_for_nothing(parts, tmp_path):
    keep_ties(parts, tmp_path / "ties", np.array([11]))
    (tmp_path / "ties" / "files.json").unlink()
    assert kept_ties(tmp_path / "ties") is None
