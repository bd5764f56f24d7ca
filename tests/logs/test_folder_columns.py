from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.logs.folder_columns import folder_columns


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("log/part.parquet", {}),
        ("day=1/log/part.parquet", {}),
        ("log/day=2026-03-01/region=eu%20west/part.parquet", {"day": "2026-03-01", "region": "eu west"}),
        ("day=__HIVE_DEFAULT_PARTITION__/a=b=c/part.parquet", {"day": None, "a": "b=c"}),
        ("log/=x/part.parquet", {}),
        ("log/empty=/part.parquet", {"empty": ""}),
    ],
)
def test_folders_right_above_a_file_name_columns(path, columns):
    assert folder_columns(Path(path)) == columns
