"""Words at the ends are those that a cut of the whole text gives."""

from __future__ import annotations

import re
import time

from hypothesis import example, given
from hypothesis import strategies as st

from stillwatch.guard.prompt_ends import EDGE_WORDS, RUN_WORDS, Ends, words_at_ends

_WORD = re.compile(rb"[\xe3-\xed].{0,2}|[0-9a-z\x80-\xe2\xee-\xff]+", re.DOTALL)
_PIECES = st.sampled_from(
    ("word", "É", "中", "한文", " ", "  ", "\n", "_", "12", "🙂", "A.b", "x" * 40, "\0", "\xa0"),
)


@given(st.lists(_PIECES, max_size=900).map("".join) | st.text(), st.sampled_from((12, EDGE_WORDS)))
@example("ab " * 5000, EDGE_WORDS)
@example("中" * 5000, EDGE_WORDS)
@example("x" * 1500 + " ab" * 3000, EDGE_WORDS)
@example("x" * 1500 + " ab" * 3000, 12)
@example("ab " * 194, EDGE_WORDS)
@example("ab " * 195, EDGE_WORDS)
@example("ab " * 196, EDGE_WORDS)
def test_equal_to_a_cut_of_all(text: str, most: int) -> None:
    words = _WORD.findall(text.encode().lower())
    found = words_at_ends(text, most)
    first = most + RUN_WORDS - 1
    assert found is not None
    if len(words) < first + most:
        assert found == Ends(words, words)
        assert found.head is found.tail
    else:
        assert found == Ends(words[:first], words[-most:])


def test_what_lies_too_far_inside_is_not_looked_for() -> None:
    start = time.process_time()
    assert words_at_ends("x" * 5_000_000) is None
    assert words_at_ends("ab " * 200 + " " * 5_000_000) is None
    assert time.process_time() - start < 0.5
