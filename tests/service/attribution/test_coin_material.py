"""Codebooks, unmarked text and pairs are read from files, with the place of what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from coined import answers, written
from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.attribution.coins import PAIRS, WORDINGS
from stillwatch.attribution.wordings import english_wordings
from stillwatch.core.errors import DefinitionError, InputError
from stillwatch.service.attribution.coin_material import coins_of_material, read_codebook, read_material, read_pairs

if TYPE_CHECKING:
    from pathlib import Path

PAIR = {"name": "p", "prompt": "Say", "first": "one", "second": "two"}


def pairs_in(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    return path


def test_what_files_hold(tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text('colour = ["color", "colour"]\n', "utf-8")
    unmarked = written(tmp_path / "u.jsonl", ["a color", "Colour, color"])
    found = read_material(tmp_path / "book.toml", unmarked, pairs_in(tmp_path / "p.jsonl", PAIR))
    assert found.baseline is not None
    assert (found.book.names, found.baseline.tolist()) == (("colour",), [[1, 1]])
    assert found.pairs == (AnswerPair("p", "Say", "one", "two"),)


def test_without_files_the_package_s_codebook_is_taken(tmp_path: Path) -> None:
    found = read_material(None, written(tmp_path / "u.jsonl", answers(3, seed=1)), None)
    assert found.book is english_wordings()
    assert found.baseline is not None
    assert found.baseline.sum(axis=1).tolist() == [3] * len(found.book.names)


def test_coins_need_what_they_are_tossed_for(tmp_path: Path) -> None:
    bare = read_material(None, None, None)
    for identity, said in ((WORDINGS, "--unmarked"), (PAIRS, "--pairs"), ("other/1", "no choices")):
        with pytest.raises(InputError, match=said):
            coins_of_material(identity, bare, key=bytes(32), epoch="")
    full = read_material(None, written(tmp_path / "u.jsonl", answers(1, seed=1)), pairs_in(tmp_path / "p.jsonl", PAIR))
    assert coins_of_material(WORDINGS, full, key=bytes(32), epoch="").names == english_wordings().names
    assert coins_of_material(PAIRS, full, key=bytes(32), epoch="").names == ("p",)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ((), "no pairs"),
        ((PAIR, PAIR), "'p' stands twice"),
        (({"name": "p"},), r"p\.jsonl:1: no pair of answers"),
        ((PAIR, []), r"p\.jsonl:2: no pair"),
        ((PAIR | {"second": "one"},), "has one answer"),
    ],
    ids=["none", "twice", "lacking", "no record", "the same"],
)
def test_what_are_no_pairs(tmp_path: Path, records: tuple[object, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_pairs(pairs_in(tmp_path / "p.jsonl", *records))


def test_what_is_no_codebook(tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text('\none = ["a"]\n', "utf-8")
    with pytest.raises(InputError, match=r"book\.toml:2: 'one' is no choice"):
        read_codebook(tmp_path / "book.toml")
    (tmp_path / "book.toml").write_text('one = ["big house", "cat"]\ntwo = ["house", "dog"]\n', "utf-8")
    with pytest.raises(DefinitionError, match="can be read into one place"):
        read_codebook(tmp_path / "book.toml")
