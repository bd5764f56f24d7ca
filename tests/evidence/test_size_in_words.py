from __future__ import annotations

import pytest

from stillwatch.evidence.size_in_words import size_in_words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1023, "1023 B"), (1024, "1 KiB"), (2**40 - 1, "1 TiB"), (405 * 2**30, "405 GiB")],
)
def test_three_digits_and_a_unit(size: float, words: str) -> None:
    assert size_in_words(size) == words
