"""Files that came by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from received_rows import NOW, indicator, peers, stix
from stillwatch.core.errors import InputError
from stillwatch.service.sharing.held import received_campaigns
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Source
from stillwatch.service.sharing.receive_files import receive_files

if TYPE_CHECKING:
    from pathlib import Path

VOUCHED = replace(peers(), sources={"courier": Source(name="courier", vouches=True)})


@pytest.mark.parametrize(("by", "accepted", "came_by"), [("", 0, "a.json"), ("courier", 1, "courier")])
def test_a_file_waits_unless_its_source_vouches(tmp_path: Path, by: str, accepted: int, came_by: str) -> None:
    (tmp_path / "a.json").write_bytes(stix(indicator(1)))
    intel = open_intel(tmp_path / "intel.db")
    [one] = receive_files(intel, [tmp_path / "a.json"], VOUCHED, by=by, clock=NOW.timestamp)
    assert (one.received.accepted, one.received.quarantined) == (accepted, 1 - accepted)
    assert received_campaigns(intel)[0].delivered_by == came_by
    intel.close()


def test_a_folder_is_taken_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    intel = open_intel(tmp_path / "intel.db")
    with pytest.raises(InputError, match="no intelligence in this folder"):
        list(receive_files(intel, [folder], peers(), by="", clock=NOW.timestamp))
    for number in (1, 2):
        (folder / f"{number}.json").write_bytes(stix(number=number))
    (folder / "readme.txt").write_text("x")
    found = list(receive_files(intel, [folder], peers(), by="", clock=NOW.timestamp))
    assert [(one.path.name, one.received.new_campaigns) for one in found] == [("1.json", 1), ("2.json", 1)]
    intel.close()


def test_what_is_no_bundle_is_named(tmp_path: Path) -> None:
    intel = open_intel(tmp_path / "intel.db")
    (tmp_path / "bad.json").write_bytes(b"[" * 100_000)
    for name, message in (("bad.json", "no event|too deep"), ("none.json", "cannot be read")):
        with pytest.raises(InputError, match=message) as told:
            list(receive_files(intel, [tmp_path / name], peers(), by="", clock=NOW.timestamp))
        assert told.value.where == str(tmp_path / name)
    intel.close()
