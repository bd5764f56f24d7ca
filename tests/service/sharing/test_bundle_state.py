"""What was exported and imported is remembered by stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bundle_site import Site
from received_rows import LAB_A
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.intel.signed_bundle import described
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.sharing.bundle_state import (
    StreamState,
    imported_links,
    is_carried,
    last_exported,
    open_bundles,
    stream_states,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_streams_are_kept_apart(tmp_path: Path) -> None:
    ours, theirs = Site(tmp_path / "a"), Site(tmp_path / "b")
    files = [ours.campaign_file(number) for number in (1, 2, 3, 4)]
    rows = [ours.export(file) for file in files]
    ours.export(files[0], stream="gov")
    assert last_exported(ours.bundles, "main")[0] == 4
    assert last_exported(ours.bundles, "other") == (0, "")
    theirs.take(rows[0])
    theirs.take(rows[2], allows_gap=True)
    assert stream_states(ours.bundles) == (StreamState("", "gov", 1, ()), StreamState("", "main", 4, ()))
    assert stream_states(theirs.bundles) == (StreamState(LAB_A, "main", 3, ((2, 2),)),)
    links = imported_links(theirs.bundles, LAB_A, "main")
    assert sorted(links) == [1, 3]
    assert imported_links(ours.bundles, LAB_A, "main") == {}
    digests = [described("x.json", file.read_bytes(), "").sha256 for file in files[:2]]
    assert [is_carried(ours.bundles, "gov", one) for one in digests] == [True, False]
    ours.close()
    theirs.close()


def test_after_a_complete_bundle_nothing_before_it_is_missing(tmp_path: Path) -> None:
    ours, theirs = Site(tmp_path / "a"), Site(tmp_path / "b")
    files = [ours.campaign_file(number) for number in (1, 2, 3)]
    rows = [ours.export(files[0]), ours.export(files[1]), ours.export(*files, is_complete=True)]
    theirs.take(rows[0])
    theirs.take(rows[2])
    assert stream_states(theirs.bundles) == (StreamState(LAB_A, "main", 3, ()),)
    ours.close()
    theirs.close()


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    open_state(tmp_path / "guard.db").close()
    with pytest.raises(InputError, match="another program"):
        open_bundles(tmp_path / "guard.db")
    with pytest.raises(SettingsError, match="there is no state of bundles"):
        open_bundles(tmp_path / "missing.db", must_exist=True)
