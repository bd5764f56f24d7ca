from __future__ import annotations

import pyarrow as pa
import pytest

from stillwatch.logs.store import Store
from stillwatch.logs.summaries import Summaries, drop_summaries, summaries_of


def _never():
    raise AssertionError("asked again")


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store")


def test_an_answer_is_worked_out_once(store):
    made = pa.table({"a": [1, 2]})
    assert summaries_of(store).answer("count", {"least": 2}, lambda: made) == made
    assert summaries_of(store).answer("count", {"least": 2}, _never) == made


def test_other_settings_are_another_question(store):
    summaries = summaries_of(store)
    summaries.answer("count", {"least": 2}, lambda: pa.table({"a": [1]}))
    assert summaries.answer("count", {"least": 3}, lambda: pa.table({"a": [2]}))["a"].to_pylist() == [2]


def test_what_is_left_out_is_another_question_and_goes_when_the_store_changes(store):
    summaries_of(store).answer("count", None, lambda: pa.table({"a": [1]}))
    span = summaries_of(store, 5, None)
    assert span.answer("count", None, lambda: pa.table({"a": [2]}))["a"].to_pylist() == [2]
    assert summaries_of(store, None, 5).folder != span.folder
    assert summaries_of(store, None, None).folder == summaries_of(store).folder
    drop_summaries(store, but_current=True)
    assert span.folder.exists()
    drop_summaries(store)
    assert not span.folder.exists()


def test_without_a_folder_nothing_is_kept():
    assert Summaries(None).answer("count", None, lambda: pa.table({"a": [1]})).num_rows == 1


def test_an_unreadable_answer_is_worked_out_again(store):
    summaries = summaries_of(store)
    summaries.answer("count", None, lambda: pa.table({"a": [1]}))
    next(summaries.folder.iterdir()).write_bytes(b"torn")
    assert summaries.answer("count", None, lambda: pa.table({"a": [2]}))["a"].to_pylist() == [2]


def test_what_is_current_survives_and_erasure_takes_all(store):
    stale = summaries_of(store).folder.with_name("stale")
    stale.mkdir(parents=True)
    summaries_of(store).answer("count", None, lambda: pa.table({"a": [1]}))
    drop_summaries(store, but_current=True)
    assert not stale.exists()
    assert summaries_of(store).folder.exists()
    drop_summaries(store)
    assert not summaries_of(store).folder.exists()
