"""What every store promises, whichever database it is in; see also the tests of each."""

from __future__ import annotations

from stillwatch.service.sharing.object_store import EVERYTHING, LATEST, Filters


def test_the_stream_of_changes_holds_more_than_what_stands_now() -> None:
    assert Filters(spec_versions=None, versions=("all",), with_tombstones=True) == EVERYTHING
    assert Filters() == LATEST
