from __future__ import annotations

import numpy as np
import pytest

from small_bench import small_settings
from stillwatch.evaluation.distil.teaching_text import cut
from stillwatch.service.distil.writing import writing_of


def test_an_invented_language_is_written_in_letters(tmp_path):
    writing = writing_of(small_settings(tmp_path), 16)
    rows = np.array([[1, 2, 3], [4, 5, 15]])
    assert [one.tolist() for one in writing.tokens(writing.texts(rows))] == rows.tolist()
    assert [one.tolist() for one in writing.tokens(["bexbe"])] == [[1], [1]]


def test_given_text_is_written_as_its_tokenizer_has_it(tmp_path):
    pytest.importorskip("tokenizers")
    text = tmp_path / "text"
    text.write_text("the cat sat on the mat and the dog sat on the cat\n" * 40)
    rows = cut(text.read_text(), symbols=280, context=16, tokenizer=tmp_path / "tokenizer.json", where="text")
    writing = writing_of(small_settings(tmp_path, text=text), 280)
    assert text.read_text().startswith(writing.texts(rows)[0])
    assert writing.tokens(writing.texts(rows[:1]))[0].tolist() == rows[0].tolist()
