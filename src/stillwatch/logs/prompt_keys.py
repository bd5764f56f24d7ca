"""The keys that the prompt sketch makes of a text that stands alone, and the words behind a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.schema import EXCHANGE_SCHEMA
from stillwatch.logs.sketches.prompt import SKETCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Ints = npt.NDArray[np.int64]
_WORD: Final = re.compile(r"[0-9A-Za-z\u0080-\U0010ffff]+")
_RUN: Final = 4
_EDGES: Final = (5, 12)
_MOST_WORDS: Final = 400


class PromptKeys(NamedTuple):
    """Keys of texts: `exact`, shape (texts,), and one row a key, shape (k,), with the text's number."""

    exact: Ints
    text: Ints
    kind: Ints
    key: Ints


def prompt_keys(texts: Sequence[str], salt: int) -> PromptKeys:
    """The keys that exchanges with these prompts would have in a store of this salt."""
    columns: list[Any] = [
        pa.array(texts, field.type) if field.name == "prompt_text" else pa.nulls(len(texts), field.type)
        for field in EXCHANGE_SCHEMA
    ]
    made = SKETCH.compute(pa.RecordBatch.from_arrays(columns, schema=EXCHANGE_SCHEMA), salt)
    none = np.zeros(0, np.int64)
    keys = made.keys
    rows = (none, none, none) if keys is None else (keys.row, keys.kind, keys.key)
    exact = np.asarray(made.columns["exact_key"].to_numpy(), np.int64)
    return PromptKeys(exact, *(np.asarray(column, np.int64) for column in rows))


def words_of_keys(
    wanted: set[tuple[int, int]], texts: Sequence[tuple[str, str]], salt: int
) -> dict[tuple[int, int], str]:
    """The words behind keys (kind, key), where one of the texts (system text, prompt) holds them.

    A key cannot be turned back into words, but every run of words of a text can be turned into its key.
    """
    found: dict[tuple[int, int], str] = {}
    for system, prompt in texts:
        if len(found) == len(wanted):
            break
        if system and (mark := (int(KeyKind.SYSTEM), hash_one(system, salt))) in wanted:
            found.setdefault(mark, system)
        pieces = list(_pieces(_WORD.findall(prompt)[:_MOST_WORDS]))
        if not pieces:
            continue
        made = prompt_keys([text for text, _, _ in pieces], salt)
        for number, kind, key in zip(made.text.tolist(), made.kind.tolist(), made.key.tolist(), strict=True):
            _, shown, kinds = pieces[number]
            if kind in kinds and (kind, key) in wanted:
                found.setdefault((kind, key), shown)
    return found


def _pieces(words: list[str]) -> Iterator[tuple[str, str, frozenset[int]]]:
    """Text to make keys of, the words that stand behind them, and of which kinds they are."""
    for start in range(len(words) - _RUN + 1):
        run = " ".join(words[start : start + _RUN])
        yield run, run, frozenset((int(KeyKind.SHINGLE),))
    # A prompt has a head and a tail of so many words only where it is longer, so one word more is put beside them.
    # The shorter edge first: a text that shows the longer one shows both.
    for edge in sorted(_EDGES):
        if len(words) > edge:
            yield " ".join(words[: edge + 1]), " ".join(words[:edge]) + " …", frozenset((int(KeyKind.HEAD),))
            yield " ".join(words[-edge - 1 :]), "… " + " ".join(words[-edge:]), frozenset((int(KeyKind.TAIL),))
