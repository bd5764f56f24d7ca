"""Synthetic prompts: families of frames whose slots are filled from word lists, by key.

`Grammar.render(family, keys)` gives one text a key, already escaped for JSON, so that pieces may be joined into records
without another pass. Example: family `maths`, key 7 → "Rosa has 31 apples and buys ..." always.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.errors import DefinitionError
from stillwatch.evaluation.keys import Keys, below, indices, mix, name_key

NOTHING: Final = pa.scalar("")
"""The separator of joined pieces."""
_DRAWS_A_KEY: Final = 3
_DRAW_BITS: Final = 21
_DRAW_MASK: Final = np.uint64((1 << _DRAW_BITS) - 1)
_LISTED_RANGE: Final = 1000
_SLOT: Final = re.compile(r"\{([^{}]+)\}")
_RANGE: Final = re.compile(r"(\d+)-(\d+)")


class _Fixed(NamedTuple):
    text: pa.Scalar
    """Made once: a scalar costs more than the text that it holds."""


class _Number(NamedTuple):
    low: int
    high: int


class _Word(NamedTuple):
    words: pa.Array


class _Family(NamedTuple):
    name: str


_Piece = _Fixed | _Number | _Word | _Family


@dataclass(frozen=True, slots=True)
class Grammar:
    frames: dict[str, tuple[tuple[_Piece, ...], ...]]
    """Family → its frames, each a row of fixed texts and slots; a word list is a family of one slot."""

    def render(self, family: str, keys: Keys) -> pa.Array:
        """One escaped text a key."""
        if family not in self.frames:
            raise DefinitionError(f"grammar has no family {family!r}", mend=f"one of {', '.join(sorted(self.frames))}")
        if len(keys) == 0:
            return pa.array([], pa.string())
        frames = self.frames[family]
        mixed = mix(keys, name_key(family))
        choice = below(mixed, len(frames))
        by_frame = np.argsort(choice, kind="stable")
        bounds = np.searchsorted(choice[by_frame], np.arange(len(frames) + 1))
        parts = [
            self._fill(frame, mixed[by_frame[bounds[number] : bounds[number + 1]]])
            for number, frame in enumerate(frames)
            if bounds[number] < bounds[number + 1]
        ]
        back = np.empty(len(keys), np.int64)
        back[by_frame] = np.arange(len(keys))
        return pa.concat_arrays(parts).take(indices(back))

    def render_one(self, family: str, key: int) -> str:
        """One text, not escaped."""
        text: str = orjson.loads(f'"{self.render(family, mix(key))[0].as_py()}"')
        return text

    def _fill(self, frame: tuple[_Piece, ...], keys: Keys) -> pa.Array:
        columns: list[Any] = []
        bits, left = keys, 0
        for place, piece in enumerate(frame):
            if isinstance(piece, _Fixed):
                columns.append(piece.text)
                continue
            if isinstance(piece, _Family):
                columns.append(self.render(piece.name, mix(keys, place)))
                continue
            if left == 0:
                bits, left = mix(keys, place), _DRAWS_A_KEY
            left -= 1
            drawn = (bits >> np.uint64(left * _DRAW_BITS)) & _DRAW_MASK
            if isinstance(piece, _Word):
                columns.append(piece.words.take(indices(below(drawn, len(piece.words)))))
            else:
                columns.append(pc.cast(indices(below(drawn, piece.high - piece.low + 1) + piece.low), pa.string()))
        if all(isinstance(column, pa.Scalar) for column in columns):
            return pa.repeat("".join(column.as_py() for column in columns), len(keys))
        return pc.binary_join_element_wise(*columns, NOTHING)


def load_grammar() -> Grammar:
    """The built-in grammar of `grammar.toml`."""
    text = (files("stillwatch.evaluation") / "grammar.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    words = {name: pa.array([escape(word) for word in listed]) for name, listed in table["words"].items()}
    families = table["frames"]
    frames: dict[str, tuple[tuple[_Piece, ...], ...]] = {name: ((_Word(listed),),) for name, listed in words.items()}
    frames |= {name: tuple(_parse(frame, words, families) for frame in listed) for name, listed in families.items()}
    return Grammar(frames)


def escape(text: str) -> str:
    """Text as it stands between the quotes of a JSON string."""
    return orjson.dumps(text).decode()[1:-1]


def _parse(frame: str, words: dict[str, pa.Array], families: dict[str, list[str]]) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for number, part in enumerate(_SLOT.split(frame)):
        if number % 2 == 0:
            if part:
                pieces.append(_Fixed(pa.scalar(escape(part))))
        elif bounds := _RANGE.fullmatch(part):
            pieces.append(_number(int(bounds[1]), int(bounds[2])))
        elif part in words:
            pieces.append(_Word(words[part]))
        elif part in families:
            pieces.append(_Family(part))
        else:
            raise DefinitionError(f"slot {part!r} is no word list, family or range", where="grammar.toml", mend=frame)
    return tuple(pieces)


def _number(low: int, high: int) -> _Number | _Word:
    """Short ranges are word lists: looking up is quicker than printing."""
    if high - low >= _LISTED_RANGE:
        return _Number(low, high)
    return _Word(pa.array([str(number) for number in range(low, high + 1)]))
