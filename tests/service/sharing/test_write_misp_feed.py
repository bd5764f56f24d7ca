"""A feed of MISP in a folder."""

from __future__ import annotations

import pytest

from shared_campaign import campaign, indicator, some_id
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.service.sharing.intel_files import read_intel_files
from stillwatch.service.sharing.write_misp_feed import write_misp_feed


def test_a_folder_takes_more_as_time_goes_on(tmp_path):
    first = campaign(indicator(IndicatorKind.DOMAIN, "a.example"))
    other = some_id("campaign", "two")
    second = campaign(indicator(IndicatorKind.DOMAIN, "b.example", campaign_id=other), id=other)
    write_misp_feed([first], tmp_path / "feed")
    written = write_misp_feed([second], tmp_path / "feed")
    assert written[-1].name == "hashes.csv"
    assert {one.read.campaigns for one in read_intel_files([tmp_path / "feed"])} == {(first,), (second,)}


def test_a_folder_that_is_no_feed_is_left_alone(tmp_path):
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(InputError, match="manifest"):
        write_misp_feed([campaign()], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["manifest.json"]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_misp_feed([campaign()], tmp_path / "file")
