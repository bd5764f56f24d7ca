"""Words at the ends are those that a cut of the whole text gives."""

from __future__ import annotations

import re
import time

from hypothesis import example, given
from hypothesis import strategies as st

from stillwatch.guard.prompt_ends import EDGE_WORDS, HEAD_WORDS, Ends, words_at_ends

_WORD = re.compile(rb"[\xe3-\xed].{0,2}|[0-9a-z\x80-\xe2\xee-\xff]+", re.DOTALL)
_PIECES = st.sampled_from(
    ("word", "É", "中", "한文", " ", "  ", "\n", "_", "12", "🙂", "A.b", "x" * 40, "\0", "\xa0"),
)


@given(st.lists(_PIECES, max_size=900).map("".join) | st.text())
@example("ab " * 5000)
@example("中" * 5000)
@example("x" * 1500 + " ab" * 3000)
@example("ab " * 194)
@example("ab " * 195)
@example("ab " * 196)
def test_equal_to_a_cut_of_all(text: str) -> None:
    words = _WORD.findall(text.encode().lower())
    found = words_at_ends(text)
    assert found is not None
    if len(words) < HEAD_WORDS + EDGE_WORDS:
        assert found == Ends(words, words)
        assert found.head is found.tail
    else:
        assert found == Ends(words[:HEAD_WORDS], words[-EDGE_WORDS:])


def test_what_lies_too_far_inside_is_not_looked_for() -> None:
    start = time.process_time()
    assert words_at_ends("x" * 5_000_000) is None
    assert words_at_ends("ab " * 200 + " " * 5_000_000) is None
    assert time.process_time() - start < 0.5
