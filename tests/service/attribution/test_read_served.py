"""Registers are summed up, and say which replies were marked with a key."""

from __future__ import annotations

import json

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.served_mark import Carries
from stillwatch.service.attribution.read_served import Fate, Tally, read_served

KEY = {"label": "global/2026-11-16", "key_id": "0b"}
LINES = [
    {"at": "2026-11-22T12:00:00Z", "ids": ["r-1", "c-1"], "carries": "yes", "output_tokens": 5, **KEY},
    {"at": "2026-11-22T13:00:00Z", "ids": ["r-2"], "carries": "yes", **KEY},
    {"at": "2026-11-22T14:00:00Z", "ids": ["r-3"], "carries": "no", "why": "drawn without chance", **KEY},
    {"at": "2026-11-22T15:00:00Z", "ids": ["r-4"], "carries": "no", "why": "no mark was deployed for this model"},
]


def written(tmp_path, *lines):
    file = tmp_path / "served-1.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return [str(tmp_path)]


def test_fates_are_summed_up(tmp_path):
    found = read_served(written(tmp_path, *map(json.dumps, LINES)))
    marked = Fate("global/2026-11-16", "0b", Carries.YES, "")
    assert found.tallies[marked] == Tally(2, 5, "2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z")
    assert {fate.why: tally.replies for fate, tally in found.tallies.items() if fate != marked} == {
        "drawn without chance": 1,
        "no mark was deployed for this model": 1,
    }


def test_a_reply_is_known_by_any_of_its_ids_and_only_where_it_carries_the_mark(tmp_path):
    found = read_served(written(tmp_path, *map(json.dumps, LINES)))
    asked = [("r-1",), ("", "c-1"), ("r-2", "other"), ("r-3",), ("r-4",), ("r-9",), ()]
    assert found.are_under("global/2026-11-16", asked) == [True, True, True, False, False, False, False]
    assert found.are_under("global/2026-11-23", [("r-1",)]) == [False]


def test_damaged_lines_are_counted(tmp_path):
    found = read_served(written(tmp_path, json.dumps(LINES[0]), "{", "[]", '{"carries": "perhaps"}'))
    assert (found.damaged, sum(one.replies for one in found.tallies.values())) == (3, 1)


def test_another_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no register"):
        read_served(written(tmp_path, '{"a": 1}'))
