"""What a teacher learns: an invented language, or text of a file, as rows of tokens.

>>> rows = invented(symbols=20, rows=3, context=8, seed=1)
>>> rows.shape, bool((rows < 20).all())
((3, 8), True)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stillwatch.core.errors import InputError
from stillwatch.evaluation.small_language import SmallLanguage

if TYPE_CHECKING:
    from pathlib import Path

Ints = npt.NDArray[np.int64]


def invented(*, symbols: int, rows: int, context: int, seed: int) -> Ints:
    """Text of a language that a seed makes, shape (rows, context)."""
    language = SmallLanguage.of(symbols=symbols, seed=seed)
    return language.sample(sequences=rows, length=context, seed=seed)


def cut(text: str, *, symbols: int, context: int, tokenizer: Path, where: str) -> Ints:
    """Given text as rows (n, context) of tokens of a byte-pair vocabulary made from it, which is written to a file.

    Raises:
        InputError: It is too short to learn anything from.
    """
    from tokenizers import ByteLevelBPETokenizer  # noqa: PLC0415  # of an extra; the invented language needs none

    made = ByteLevelBPETokenizer()
    made.train_from_iterator(text.splitlines(keepends=True), vocab_size=symbols, show_progress=False)
    made.save(str(tokenizer))
    ids = np.array(made.encode(text).ids, np.int64)
    rows = len(ids) // context
    if rows < 2:
        raise InputError(f"{len(ids):,} tokens of text", where=where, mend=f"give {1000 * context:,} or more")
    return ids[: rows * context].reshape(rows, context)


def prompts(rows: Ints, *, count: int, tokens: int, seed: int) -> Ints:
    """Beginnings of rows (count, tokens), drawn with return: a disjoint part of the rows makes disjoint prompts."""
    return rows[np.random.default_rng(seed).integers(len(rows), size=count), :tokens]
