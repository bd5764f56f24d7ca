"""Lists opened together."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from lists_factory import CSL_HEADER, CSL_ROWS, NOW, OFAC, add, store_of

from stillwatch.core.errors import SettingsError
from stillwatch.core.screened import Disagreement
from stillwatch.service.screening.list_store import AddedList
from stillwatch.service.screening.open_lists import open_lists

if TYPE_CHECKING:
    from pathlib import Path

_TODAY = NOW.date()


def test_where_a_copy_lags_both_lists_are_named_with_their_days(tmp_path: Path) -> None:
    add(tmp_path, CSL_HEADER + CSL_ROWS, "csl", as_of=date(2026, 11, 20))
    store_of(tmp_path).add("ofac", OFAC, AddedList(by="Ada Kern", as_of=date(2026, 11, 21)))
    lists = open_lists(store_of(tmp_path), [], today=_TODAY)
    assert lists.disagreements == (
        Disagreement(
            source="SDN",
            source_id="90003",
            name="TIDEWATER SHIPPING",
            what="csl (2026-11-20) has it, ofac (2026-11-21) does not",
        ),
        Disagreement(
            source="SDN",
            source_id="90002",
            name="VELDT HOLDING",
            what="ofac (2026-11-21) has it, csl (2026-11-20) does not",
        ),
    )
    assert lists.on_lists["SDN:90001"] == ("csl (2026-11-20)", "ofac (2026-11-21)")
    assert lists.listed["SDN:90001"].names[0].text == "QUILLFEATHER, Barnaby"


def test_another_name_of_one_entry_is_a_disagreement_but_another_order_is_none(tmp_path: Path) -> None:
    add(tmp_path, CSL_HEADER + CSL_ROWS, "csl", as_of=date(2026, 11, 20))
    changed = CSL_ROWS.replace("Barnaby QUILLFEATHER", "QUILLFEATHER BARNABY").replace("SHIPPING", "LINES")
    add(tmp_path, CSL_HEADER + changed, "csl2", as_of=date(2026, 11, 20))
    (found,) = open_lists(store_of(tmp_path), [], today=_TODAY).disagreements
    assert found.what == "csl (2026-11-20) calls it 'TIDEWATER SHIPPING', csl2 (2026-11-20) 'TIDEWATER LINES'"


def test_age_and_oddities_are_warned_of_and_entries_not_read_are_faults(tmp_path: Path) -> None:
    add(tmp_path, "id,name\nn-1,Orrin\nn-2,\n", as_of=date(2026, 1, 1))
    lists = open_lists(store_of(tmp_path), [], today=_TODAY)
    assert "list ours is of 2026-01-01, 325 days old; it should be no older than 31 days" in lists.warnings
    assert lists.faults[0].startswith("1 entries of ours could not be read, so nobody was compared with them")


def test_a_list_that_does_not_say_its_day_is_warned_of(tmp_path: Path) -> None:
    store_of(tmp_path).add("ours", {"ours.csv": b"id,name\nn-1,Orrin\n"}, AddedList(by="Ada Kern"))
    assert open_lists(store_of(tmp_path), [], today=_TODAY).warnings == (
        "list ours does not say of which day it is: it may be older than 2026-11-22",
    )


def test_a_version_of_long_ago_can_be_asked_again(tmp_path: Path) -> None:
    add(tmp_path, "id,name\nn-1,Orrin\n", as_of=date(2026, 1, 1))
    first = store_of(tmp_path).versions("ours")[0]
    add(tmp_path)
    assert list(open_lists(store_of(tmp_path), [f"ours@{first.sha256[:10]}"], today=_TODAY).listed) == ["ours:n-1"]


def test_no_list_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no list to screen against"):
        open_lists(store_of(tmp_path), [], today=_TODAY)
