"""Files and tables are named beside one another, and a scan of a table is a scan of its files."""

from __future__ import annotations

import pytest

from delta_log import PROTOCOL, add, commit, data_file, metadata
from exchange_log import exchange, quiet, write_log
from stillwatch.core.errors import InputError
from stillwatch.logs.contents import count_contents
from stillwatch.service.named_logs import named_logs
from stillwatch.service.settings import ScanSettings
from stillwatch.service.take_in import take_in


@pytest.fixture
def table(tmp_path):
    place = tmp_path / "table"
    paths = (
        data_file(place, f"region={name}/part.parquet", numbers) for name, numbers in (("a", range(9)), ("b", range(9)))
    )
    commit(place, 0, PROTOCOL, metadata(), *(add(path, partitionValues={"region": path[7]}) for path in paths))
    return place


def test_files_and_tables_are_named_beside_one_another(tmp_path, table):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(3)))
    logs = named_logs((str(log), f"delta:{table}"))
    assert logs.paths == (log, table / "region=a/part.parquet", table / "region=b/part.parquet")
    assert named_logs(()).paths == ()
    with pytest.raises(InputError, match="no log file found"):
        named_logs((str(tmp_path / "nothing"),))


def test_the_same_rows_in_two_partitions_are_two_parts_and_the_store_follows_the_version(tmp_path, table):
    def taken(name: str) -> tuple[int, int]:
        store, inputs = take_in(ScanSettings(logs=(name,), store=tmp_path / "store", workers=1), None, quiet)
        return len(inputs), len(store.parts())

    commit(table, 1, add(data_file(table, "region=c/part.parquet", range(9, 20)), partitionValues={"region": "c"}))
    assert taken(f"delta:{table}@0") == (2, 2)
    assert taken(f"delta:{table}") == (3, 3)
    assert taken(f"delta:{table}@0") == (2, 2)
    store, _ = take_in(ScanSettings(store=tmp_path / "store"), None, quiet)
    assert count_contents(store).exchanges == 18
