from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "intel"))
from shared_factory import NOW, campaign

from stillwatch.core.errors import InputError, PeerError, SettingsError
from stillwatch.core.shared_format import SharedFormat
from stillwatch.core.to_share import ToShare
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.sharing.intel_files import read_intel_files
from stillwatch.service.sharing.shared_log import last_bundle, told
from stillwatch.service.sharing.tell import Ways, tell

_MADE = ToShare("c-1", campaign(), (), ())


def test_a_file_holds_the_bundle_and_it_is_on_record(tmp_path: Path) -> None:
    (arrived,) = tell(tmp_path, _MADE, Ways(file=tmp_path / "bundle.json", reviewed_by="Ada"), at=NOW)
    data = (tmp_path / "bundle.json").read_bytes()
    assert read_bundle(data).campaigns == (campaign(),)
    assert (last_bundle(tmp_path, campaign().id), arrived.to) == (data, str(tmp_path / "bundle.json"))
    assert [(one.campaign_id, one.reviewed_by, one.to) for one in told(tmp_path)] == [("c-1", "Ada", arrived.to)]


@pytest.mark.parametrize("file_format", SharedFormat)
def test_every_format_of_a_file_says_the_same(tmp_path: Path, file_format: SharedFormat) -> None:
    (arrived,) = tell(tmp_path, _MADE, Ways(file=tmp_path / "told", file_format=file_format), at=NOW)
    assert arrived.accepted >= len(campaign().indicators)
    (read,) = read_intel_files([tmp_path / "told"])
    assert [(one.id, one.indicators) for one in read.read.campaigns] == [(campaign().id, campaign().indicators)]
    # What it can be taken back by is a bundle in any case
    assert read_bundle(last_bundle(tmp_path, campaign().id)).campaigns == (campaign(),)


def test_what_was_sent_and_did_not_arrive_is_on_record_too(tmp_path: Path) -> None:
    with pytest.raises(PeerError):
        tell(tmp_path, _MADE, Ways(to="http://127.0.0.1:9/c/"), at=NOW)
    assert [one.to for one in told(tmp_path)] == ["http://127.0.0.1:9/c/"]


def test_nowhere_is_no_way(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="goes nowhere"):
        tell(tmp_path, _MADE, Ways(), at=NOW)


def test_an_address_that_is_none_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        tell(tmp_path, _MADE, Ways(to="hub", file=tmp_path / "bundle.json"), at=NOW)
    assert list(tmp_path.iterdir()) == []
