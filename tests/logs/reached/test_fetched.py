"""A log stands in a file of its own for as long as it is needed."""

from __future__ import annotations

from stillwatch.logs.folder_columns import folder_columns
from stillwatch.logs.reached.fetched import fetched


def test_the_pieces_below_the_columns_that_the_url_names() -> None:
    with fetched("s3a://b/logs/day=2026-03-01/region=eu west/a b.parquet", [b"one", memoryview(b"two")]) as path:
        assert path.read_bytes() == b"onetwo"
        assert folder_columns(path) == {"day": "2026-03-01", "region": "eu west"}
    assert not path.exists()


def test_folders_that_name_no_columns_are_left_out() -> None:
    with fetched("viewfs://c/day=1/logs/a.jsonl", []) as path:
        assert (folder_columns(path), path.read_bytes()) == ({}, b"")
