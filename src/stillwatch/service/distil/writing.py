"""Tokens of a teacher as text, and text as its tokens: how a student with another tokenizer is read.

An invented language is written in letters; text that was given has the tokenizer that was made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.evaluation.distil.spelling import read_spelled, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from stillwatch.service.distil.distil_settings import DistilSettings

    Ints = npt.NDArray[np.int64]


class Writing(NamedTuple):
    texts: Callable[[Ints], list[str]]
    """Rows of the teacher's tokens (n, length) → what each says."""
    tokens: Callable[[Sequence[str]], tuple[Ints, ...]]
    """Texts → their tokens, without any that marks a beginning or an end."""


def writing_of(settings: DistilSettings, symbols: int) -> Writing:
    """How the text of an experiment is written."""
    if settings.text is None:
        return Writing(lambda rows: spelled(rows, symbols=symbols), lambda texts: _read(texts, symbols))
    from tokenizers import Tokenizer  # noqa: PLC0415  # of an extra; the invented language needs none

    made = Tokenizer.from_file(str(settings.out / "tokenizer.json"))
    return Writing(
        lambda rows: made.decode_batch(rows.tolist()),
        lambda texts: tuple(np.array(one.ids, np.int64) for one in made.encode_batch(list(texts))),
    )


def _read(texts: Sequence[str], symbols: int) -> tuple[Ints, ...]:
    return tuple(piece for text in texts for piece in read_spelled(text, symbols=symbols))
