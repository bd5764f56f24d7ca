"""An Iceberg table's files are those of its snapshot; what they alone do not say is refused."""

from __future__ import annotations

import sys
import warnings

import pyarrow as pa
import pytest

from lake_libraries import pyiceberg_catalog, why_missing
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.lakes.iceberg_snapshot import iceberg_snapshot

_ROWS = pa.table({"account_id": ["a", "b"], "day": [1, 2]})


@pytest.fixture
def table(tmp_path, monkeypatch):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        where = {"uri": f"sqlite:///{tmp_path}/catalog.db", "warehouse": f"file://{tmp_path}/lake"}
        for name, value in where.items():
            monkeypatch.setenv(f"PYICEBERG_CATALOG__HERE__{name.upper()}", value)
        catalogs = pyiceberg_catalog()
        # It reads the environment once, when it is imported.
        monkeypatch.setattr(catalogs, "_ENV_CONFIG", type(catalogs._ENV_CONFIG)())
        catalog = catalogs.load_catalog("here", **where)
        catalog.create_namespace("api")
        yield catalog.create_table("api.exchanges", _ROWS.schema)


def test_without_pyiceberg_the_operator_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyiceberg.table", None)
    with pytest.raises(SettingsError, match=r"missing.*stillwatch\[iceberg\]"):
        iceberg_snapshot(str(tmp_path))


@pytest.mark.slow
@pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")
def test_files_are_those_of_the_snapshot_however_the_table_is_named(table):
    assert iceberg_snapshot(table.location()).files == frozenset()
    table.append(_ROWS)
    first = table.current_snapshot().snapshot_id
    table.append(_ROWS)
    place = table.location().removeprefix("file://")
    found = iceberg_snapshot(place)
    assert {str(path) for path in found.files} == {
        task.file.file_path.removeprefix("file://") for task in table.scan().plan_files()
    }
    assert (str(found.location), len(found.files)) == (place, 2)
    assert iceberg_snapshot(table.metadata_location.removeprefix("file://")) == found
    assert iceberg_snapshot("here.api.exchanges") == found
    assert len(iceberg_snapshot(place, first).files) == 1
    with pytest.raises(InputError, match="no snapshot 7"):
        iceberg_snapshot(place, 7)


@pytest.mark.slow
@pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")
def test_renamed_columns_are_refused(table):
    table.append(_ROWS)
    with table.update_schema() as change:
        change.rename_column("account_id", "who")
    with pytest.raises(InputError, match=r"had other names.*rewrite"):
        iceberg_snapshot("here.api.exchanges")


@pytest.mark.slow
@pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")
def test_no_table_says_so(tmp_path):
    pyiceberg_catalog()
    with pytest.raises(InputError, match=r"no Iceberg table.*metadata"):
        iceberg_snapshot(str(tmp_path))
    with pytest.raises(InputError, match="no Iceberg table"):
        iceberg_snapshot("nowhere.api.exchanges")
    with pytest.raises(InputError, match=r"another file system.*mount"):
        iceberg_snapshot("s3://bucket/table")
