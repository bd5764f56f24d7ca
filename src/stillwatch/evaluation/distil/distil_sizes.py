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
    decoys: int = 1_000


DEMO: Final = DistilSizes()
SHARES: Final = (0, 10, 50, 100)
"""Percent of marked rows in what a student learns."""
