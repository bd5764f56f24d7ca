"""Differences between versions of a list."""

from __future__ import annotations

from listed import listed

from stillwatch.screening.list_diff import Change, difference


def test_each_entry_is_added_removed_changed_or_the_same() -> None:
    same, gone, new = (listed(name, source_id=name) for name in ("Same", "Gone", "New"))
    before, after = listed("Orrin", source_id="7"), listed("Orrin", "Orrin Works", source_id="7")
    found = difference([same, gone, before], [same, new, after])
    assert (found.added, found.removed) == ((new,), (gone,))
    assert found.changed == (Change(before, after, ("names",)),)


def test_an_entry_that_was_numbered_anew_is_one_change() -> None:
    before, after = listed("Orrin", source_id="f00d"), listed("Orrin", source_id="beef")
    found = difference([before], [after])
    assert (found.added, found.removed, found.changed) == ((), (), (Change(before, after, ("source_id",)),))


def test_namesakes_are_not_lost_when_one_goes() -> None:
    one, other = listed("Orrin", source_id="1"), listed("Orrin", source_id="2")
    assert difference([one, other], [one]).removed == (other,)
    assert difference([one], [one]).is_empty
