from __future__ import annotations

import pytest

pytest.importorskip("tokenizers", reason="tokenizers is not installed: pip install 'stillwatch[torch]'")

from stillwatch.evaluation.distil.other_tokens import OtherTokens
from stillwatch.evaluation.distil.spelling import spelled
from stillwatch.evaluation.distil.teaching_text import invented

TEXTS = spelled(invented(symbols=16, rows=60, context=24, seed=1), symbols=16)


def test_text_is_cut_otherwise_and_says_the_same():
    own = OtherTokens.of(TEXTS, symbols=40)
    rows = own.rows(TEXTS, context=32)
    assert rows.shape[1] == 32
    assert own.symbols == 40 > rows.max()
    said = own.texts(rows)
    assert "".join(TEXTS).startswith("".join(said))
    assert rows.size < sum(map(len, said))


def test_a_text_with_little_to_merge_has_a_small_vocabulary():
    assert OtherTokens.of(["bababa"], symbols=40).symbols < 8
