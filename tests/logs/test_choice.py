"""Choosing the format of a record."""

from __future__ import annotations

import dataclasses

import pytest
from log_factory import NOTES, note

from stillwatch.core.errors import SettingsError
from stillwatch.logs.choice import Choice

OTHER = dataclasses.replace(NOTES, name="others", matches=lambda record: "other" in record)
SHELF = (NOTES, OTHER)


def test_one_name_forces_and_asks_no_record() -> None:
    assert Choice.among(SHELF, "others").of(note(1)) is OTHER


def test_a_recognised_format_goes_first_and_the_shelf_then() -> None:
    choice = Choice.among(SHELF, ("notes",))
    assert choice.of(note(1)) is NOTES
    assert choice.of({"other": 1}) is OTHER
    assert choice.of({**note(1), "other": 1}) is NOTES


def test_two_matches_are_never_guessed() -> None:
    with pytest.raises(ValueError, match="several formats match: notes, others"):
        Choice.among(SHELF, None).of({**note(1), "other": 1})


def test_an_unknown_name_is_the_operators_to_mend() -> None:
    with pytest.raises(SettingsError, match="one of: notes, others"):
        Choice.among(SHELF, "nots")
