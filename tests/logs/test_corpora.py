"""Fingerprints of prompt sets: what is kept, where, and what it recognises."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.corpora import (
    add_to_folder,
    add_to_store,
    fingerprints,
    remove_set,
    store_folder,
    stored_sets,
    take_over,
)
from stillwatch.logs.prompt_keys import prompt_keys
from stillwatch.logs.store import Store

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ITEMS = [f"Tell me in detail how {thing} is made in a small town" for thing in ("paper", "glass", "soap", "rope")]


def _file(tmp_path, texts=ITEMS):
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(texts))
    return path


def test_a_set_keeps_the_keys_that_one_item_alone_has_and_no_text(tmp_path):
    store = Store.open(tmp_path / "store")
    known = add_to_store(store, "questions", _file(tmp_path), None, NOW)
    assert (known.items, known.told_apart, known.source) == (4, 4, "questions.txt")
    (made,) = fingerprints(store)
    assert made.exact.tolist() == prompt_keys(ITEMS, store.settings.salt).exact.tolist()
    assert set(made.kind.tolist()) <= {KeyKind.SHINGLE, KeyKind.HEAD, KeyKind.TAIL}
    assert len(np.unique(made.key)) == len(made.key)
    assert b"detail" not in (store_folder(store.root) / "questions.parquet").read_bytes()


def test_texts_that_differ_in_case_alone_are_one_item(tmp_path):
    store = Store.open(tmp_path / "store")
    assert add_to_store(store, "set", _file(tmp_path, [*ITEMS, ITEMS[0].upper()]), None, NOW).items == 4


def test_a_folder_serves_several_stores(tmp_path):
    add_to_folder(tmp_path / "sets", "questions", _file(tmp_path), None, NOW)
    for name in ("one", "two"):
        store = Store.open(tmp_path / name)
        take_over(store, tmp_path / "sets")
        take_over(store, tmp_path / "sets")
        assert [made.set.name for made in fingerprints(store)] == ["questions"]
    assert [one.name for one in stored_sets(tmp_path / "sets")] == ["questions"]


def test_removing_takes_it_away_and_a_wrong_name_says_what_there_is(tmp_path):
    store = Store.open(tmp_path / "store")
    add_to_store(store, "questions", _file(tmp_path), None, NOW)
    with pytest.raises(InputError, match=r"no prompt set 'question'.*holds: questions"):
        remove_set(store_folder(store.root), "question")
    remove_set(store_folder(store.root), "questions")
    assert fingerprints(store) == ()


def test_names_that_would_leave_the_folder_are_refused(tmp_path):
    store = Store.open(tmp_path / "store")
    for name in ("../x", "", ".hidden", "a b", "x.prompts"):
        with pytest.raises(InputError, match="no name for a prompt set"):
            add_to_store(store, name, _file(tmp_path), None, NOW)


def test_a_store_without_keys_of_prompts_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="keeps no keys"):
        add_to_store(Store.open(tmp_path / "store", content="none"), "set", _file(tmp_path), None, NOW)


def test_a_foreign_file_in_the_folder_is_named(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"x\.parquet: this is no prompt set"):
        stored_sets(tmp_path)
