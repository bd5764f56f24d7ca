"""How large an experiment is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class DistilSizes:
    symbols: int = 128
    """Of the invented language."""
    text_symbols: int = 512
    """Of a vocabulary made from text that is given; the 256 bytes are among them."""
    text_rows: int = 8_000
    """Of the invented text; of given text, as many as it fills."""
    held_out_rows: int = 200
    """Of them, which no model learns."""
    context: int = 64
    """Tokens of a row, and the most that a model looks back."""
    width: int = 64
    layers: int = 2
    heads: int = 4
    is_shifted: bool = False
    """Whether models read each token together with the one before it."""
    batch: int = 16
    teacher_steps: int = 900
    student_steps: int = 800
    answers: int = 6_000
    """Rows of each corpus, and of what each student learns."""
    prompt: int = 8
    """Tokens of an answer's row that come from the text."""
    suspect_rows: int = 330
    tested_tokens: int = 20_000
    """Of a suspect."""
    logged_tokens: int = 0
    """Of a suspect, for a second test that asks what was served; 0 = there is none."""
    decoys: int = 1_000
    rewritten: float = 0.25
    """Share of the tokens of an answer that a paraphrase chooses anew."""
    further_steps: int = 200
    """Of later training, on unmarked answers."""
    accounts: int = 16
    """That marked answers are bought through."""


DEMO: Final = DistilSizes()
"""Minutes of one core."""
STUDY: Final = DistilSizes(
    symbols=64,
    width=96,
    layers=1,
    is_shifted=True,
    teacher_steps=300,
    student_steps=1_300,
    answers=3_000,
    suspect_rows=4_000,
    logged_tokens=250_000,
)
"""Eight minutes of one core: seven rounds over what is learned, and text enough for tests with the log."""
SMALL: Final = DistilSizes(symbols=48, layers=1, is_shifted=True, teacher_steps=300, student_steps=700, answers=4_000)
"""Two minutes of one core for codebooks, canaries and defences: contexts recur as often as a student needs to learn."""
LARGE: Final = DistilSizes(
    symbols=256,
    text_symbols=2_048,
    text_rows=60_000,
    context=128,
    width=512,
    layers=8,
    heads=8,
    batch=64,
    teacher_steps=6_000,
    student_steps=12_000,
    answers=60_000,
    suspect_rows=9_000,
    logged_tokens=1_000_000,
    further_steps=2_000,
)
"""Of a GPU."""
SIZES: Final = {"demo": DEMO, "small": SMALL, "study": STUDY, "large": LARGE}
SHARES: Final = (0, 10, 50, 100)
"""Percent of marked rows in what a student learns."""
