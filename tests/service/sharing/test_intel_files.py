"""Files of intelligence, whatever their format."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from shared_campaign import campaign, indicator
from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.misp_write import write_misp
from stillwatch.intel.stix_write import write_bundle
from stillwatch.service.sharing.intel_files import intel_files, read_intel_files
from stillwatch.service.sharing.write_misp_feed import write_misp_feed

_TOLD = campaign(indicator(IndicatorKind.DOMAIN, "relay.example"))


def test_a_folder_is_searched_for_what_looks_right(tmp_path):
    (tmp_path / "a.json").write_bytes(write_bundle(_TOLD))
    (tmp_path / "b.json").write_bytes(write_misp(_TOLD))
    (tmp_path / "c.csv").write_bytes(b"type,value\ndomain,relay.example\n")
    (tmp_path / "notes.txt").write_text("not intelligence")
    os.utime(tmp_path / "c.csv", (1_788_393_600,) * 2)
    read = list(read_intel_files([tmp_path]))
    assert [one.path.name for one in read] == ["a.json", "b.json", "c.csv"]
    assert {one.read.campaigns[0].indicators[0].value for one in read} == {"relay.example"}
    table = read[2].read.campaigns[0]
    assert (table.producer_name, table.version_at) == ("c", datetime(2026, 9, 3, tzinfo=UTC))
    assert next(read_intel_files([tmp_path / "c.csv"], by="Northlight")).read.campaigns[0].producer_name == "Northlight"


def test_of_a_feed_what_its_manifest_lists_is_read(tmp_path):
    write_misp_feed([_TOLD], tmp_path / "feed")
    (tmp_path / "feed" / "stray.json").write_text("{}")
    (read,) = read_intel_files([tmp_path / "feed"])
    assert read.read.campaigns == (_TOLD,)


def test_an_event_that_is_listed_and_missing_is_an_error(tmp_path):
    for written in write_misp_feed([_TOLD], tmp_path / "feed"):
        if written.name not in ("manifest.json", "hashes.csv"):
            written.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(read_intel_files([tmp_path / "feed"]))


def test_an_error_names_the_file(tmp_path):
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(InputError, match=r"x\.json"):
        list(read_intel_files([tmp_path / "x.json"]))


def test_nothing_to_read_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no intelligence"):
        list(intel_files([tmp_path]))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_intel_files([tmp_path / "gone.json"]))
