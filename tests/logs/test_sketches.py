"""The shelf of sketches: every case of every sketch, and that what is computed is what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.logs.hashing import hash_text
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.sketching import sketches

if TYPE_CHECKING:
    from stillwatch.logs.sketch import Keys, Sketch, SketchCase

CASES = [pytest.param(one, case, id=f"{one.name}: {case.name}") for one in sketches() for case in one.cases]
_SALT = 12345


def _of_row(keys: Keys, row: int) -> set[tuple[int, int]]:
    mine = keys.row == row
    return set(zip(keys.kind[mine].tolist(), keys.key[mine].tolist(), strict=True))


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_case(declared: Sketch, case: SketchCase) -> None:
    made = declared.compute(lay_out([{"started_at": 1, **case.left}, {"started_at": 1, **case.right}]).batch, _SALT)
    if case.column:
        left, right = made.columns[case.column].to_pylist()
        assert (left == right) == case.same
        return
    assert made.keys is not None
    keys = [_of_row(made.keys, row) for row in (0, 1)]
    assert bool(keys[0] & keys[1]) == case.same


@pytest.mark.parametrize("declared", sketches(), ids=lambda declared: declared.name)
def test_the_columns_are_those_declared_and_whole_numbers(declared: Sketch) -> None:
    made = declared.compute(lay_out([{"started_at": 1, "prompt_text": "Why?"}, {"started_at": 2}]).batch, _SALT)
    assert tuple(made.columns) == declared.columns
    assert {str(values.type) for values in made.columns.values()} == {"int64"}
    assert {len(values) for values in made.columns.values()} == {2}


@pytest.mark.parametrize("declared", sketches(), ids=lambda declared: declared.name)
def test_nothing_but_what_is_declared_is_read(declared: Sketch) -> None:
    values = {"text": "1", "long_text": "1", "int": 1, "float": 1.0, "bool": True}
    row = {field.name: values[field.kind] for field in EXCHANGE_FIELDS}
    read = {name: value for name, value in row.items() if name in declared.reads}
    made, whole = (declared.compute(lay_out([one]).batch, _SALT) for one in ({"started_at": 1, **read}, row))
    assert made.columns == whole.columns
    assert (made.keys is None) == (whole.keys is None)
    if made.keys is not None and whole.keys is not None:
        assert made.keys.key.tolist() == whole.keys.key.tolist()


def test_similarity_is_the_majority_of_the_words_bits() -> None:
    words = [f"word{number}x" for number in range(7)]
    hashed = hash_text(pa.array(words), _SALT).view(np.uint64)
    bits = (hashed[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    prompt = next(one for one in sketches() if one.name == "prompt")
    found = prompt.compute(lay_out([{"started_at": 1, "prompt_text": " ".join(words)}]).batch, _SALT).columns[
        "similarity_a"
    ]
    majority = (2 * bits.sum(axis=0) > len(words)).astype(np.uint64) << np.arange(64, dtype=np.uint64)
    assert np.uint64(found.to_numpy().view(np.uint64)[0]) == np.bitwise_or.reduce(majority)


@pytest.mark.parametrize("declared", sketches(), ids=lambda declared: declared.name)
def test_an_empty_batch_gives_empty_columns(declared: Sketch) -> None:
    made = declared.compute(lay_out([]).batch, _SALT)
    assert {len(values) for values in made.columns.values()} == {0}


@pytest.mark.parametrize("declared", sketches(), ids=lambda declared: declared.name)
def test_keys_are_the_same_wherever_the_exchange_stands(declared: Sketch) -> None:
    text = "Write a story about a lighthouse keeper who finds a letter. " * 5
    row = {"started_at": 1, "prompt_text": text, "system_text": text, "params": '{"temperature":0.2}', "turn": 1}
    alone = declared.compute(lay_out([row]).batch, _SALT)
    among = declared.compute(lay_out([{"started_at": 1, "prompt_text": "é" * 77}, row]).batch, _SALT)
    assert {name: values[0] for name, values in alone.columns.items()} == {
        name: values[1] for name, values in among.columns.items()
    }
    if alone.keys is not None and among.keys is not None:
        second = among.keys.row == 1
        assert np.array_equal(np.sort(alone.keys.key), np.sort(among.keys.key[second]))


def test_another_salt_makes_other_keys() -> None:
    [prompt] = [one for one in sketches() if one.name == "prompt"]
    batch = lay_out([{"started_at": 1, "prompt_text": "Tell me a story about the sea and the moon."}]).batch
    one, other = prompt.compute(batch, 1).keys, prompt.compute(batch, 2).keys
    assert one is not None
    assert other is not None
    assert not pa.compute.any(pa.compute.is_in(pa.array(one.key), value_set=pa.array(other.key))).as_py()
