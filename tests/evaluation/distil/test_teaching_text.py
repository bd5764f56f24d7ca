from __future__ import annotations

import numpy as np
import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.distil.teaching_text import cut, invented, prompts


def test_a_seed_makes_one_text():
    made = [invented(symbols=20, rows=5, context=9, seed=seed).tolist() for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_prompts_begin_rows():
    rows = np.arange(12).reshape(3, 4)
    asked = prompts(rows, count=5, tokens=2, seed=1)
    assert asked.shape == (5, 2)
    assert {tuple(one) for one in asked.tolist()} <= {(0, 1), (4, 5), (8, 9)}


def test_given_text_is_cut_into_tokens_of_its_own(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    text = "the cat sat on the mat and the dog sat on the cat\n" * 40
    made = tmp_path / "tokenizer.json"
    rows = cut(text, symbols=280, context=16, tokenizer=made, where="cats.txt")
    assert rows.shape[1] == 16
    assert rows.max() < 280
    assert text.startswith(tokenizers.Tokenizer.from_file(str(made)).decode(rows[0].tolist()))
    with pytest.raises(InputError, match="give 16,000 or more"):
        cut("the cat", symbols=280, context=16, tokenizer=made, where="cats.txt")
