"""A vocabulary of a student's own: text that a teacher cut one way is cut another, and what it writes is text again.

Byte-pair merges over the letters of what the student learns, without any bound of words, so that its tokens begin and
end inside those of the teacher. Extra `torch`, for the package tokenizers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OtherTokens:
    tokenizer: Any

    @classmethod
    def of(cls, texts: Iterable[str], *, symbols: int) -> OtherTokens:
        """A vocabulary of as many tokens, or of fewer where the texts have no more to merge."""
        made = Tokenizer(BPE())
        made.train_from_iterator(texts, BpeTrainer(vocab_size=symbols, show_progress=False))
        return cls(made)

    @property
    def symbols(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    def rows(self, texts: Sequence[str], *, context: int) -> Ints:
        """The texts one after another, cut into rows (n, context); what fills no row is left out."""
        flat = np.array([one for found in self.tokenizer.encode_batch(list(texts)) for one in found.ids], np.int64)
        rows = len(flat) // context
        return flat[: rows * context].reshape(rows, context)

    def texts(self, rows: Ints) -> list[str]:
        """What rows of tokens say."""
        pieces = [self.tokenizer.id_to_token(number) for number in range(self.symbols)]
        return ["".join(pieces[one] for one in row) for row in rows.tolist()]
