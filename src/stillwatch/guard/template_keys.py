"""Keys of a prompt's template, bit for bit as ingest makes them (`logs.sketches.prompt`), without columns.

>>> keys = TemplateKeys(salt=0)
>>> keys.of("Explain tides to a beginner in ten steps", None).keys[0]
(2, -3698417993098799574)

The cost of a request is bounded, whatever it holds. Words are hashed byte by byte in Python, so their hashes are
remembered: traffic repeats its words. A request hashes at most `_ALLOWANCE` bytes of words not seen before, and as much
of a system text. What is left over is late: those keys are missing from this request (`Made.is_late`), and the next one
with the same text goes on where this one stopped, so that a fleet's long system text is known after a few requests. Of
a long prompt the ends alone are cut into words, since shingles are taken there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import xxhash

from stillwatch.core.key_kind import KeyKind
from stillwatch.guard.key_hashes import FNV_OFFSET, LANE_BYTES, fnv, lane, mixed, numbers, run_hashes, salted, signed
from stillwatch.guard.prompt_ends import EDGE_WORDS, RUN_WORDS, words_at_ends

if TYPE_CHECKING:
    import array

_DIGITS: Final = 0x9E3779B97F4A7C15
"""Stands for a word of digits alone."""
_EIGHTH: Final = 2**61
_BOTTOM_K: Final = 8
_EDGES: Final = (5, 12)
_HEAD_SEED, _TAIL_SEED, _SHINGLE_SEED = 11, 13, 17
_SKELETON_BREAKS: Final = 48
_SKELETON_MARKS: Final = 3
_BLANK: Final = bytes(range(33))
_COLON: Final = 58
_ALLOWANCE: Final = 2048
"""Bytes of new words, and of a system text, that one request may hash: about 0.1 ms each."""
_MOST_WORDS: Final = 65_536
_LONGEST_WORD: Final = 1024
_MOST_SYSTEMS: Final = 16_384
_SYSTEM, _SKELETON, _HEAD, _TAIL, _SHINGLE = (
    int(kind) for kind in (KeyKind.SYSTEM, KeyKind.SKELETON, KeyKind.HEAD, KeyKind.TAIL, KeyKind.SHINGLE)
)
ALL_KINDS: Final = frozenset((_SYSTEM, _SKELETON, _HEAD, _TAIL, _SHINGLE))


class Made(NamedTuple):
    keys: tuple[tuple[int, int], ...]
    """(number of the kind, key), the keys signed."""
    is_late: bool
    """Whether some are missing that cost more than one request may take."""


class TemplateKeys:
    """Makes keys under a store's salt, of those kinds that somebody will look up."""

    def __init__(self, salt: int, kinds: frozenset[int] = ALL_KINDS) -> None:
        self.kinds = kinds
        self.salt = salt
        self._start = salted(salt)
        self._words = _Words(self._start)
        self._systems: dict[bytes, tuple[int, int]] = {}
        """Digest of a system text → how many of its bytes are hashed, and the hash so far."""

    def of(self, prompt_text: str | None, system_text: str | None) -> Made:
        """Keys in the order of ingest. Texts hold no lone surrogates."""
        keys: list[tuple[int, int]] = []
        is_late = False
        if system_text and _SYSTEM in self.kinds:
            system = self._system(system_text.encode())
            is_late = system is None
            if system is not None:
                keys.append((_SYSTEM, system))
        if prompt_text and not self.kinds.isdisjoint(_OF_PROMPT):
            is_late |= not self._of_prompt(prompt_text, keys)
        return Made(tuple(keys), is_late)

    def _system(self, data: bytes) -> int | None:
        """The hash of a whole system text; None while it is not known."""
        digest = xxhash.xxh3_128_digest(data)
        place, value = self._systems.get(digest, (0, self._start))
        if place < len(data):
            if place == 0 and len(self._systems) >= _MOST_SYSTEMS:
                self._systems = dict(list(self._systems.items())[_MOST_SYSTEMS // 2 :])
            value = fnv(value, data[place : place + _ALLOWANCE])
            place = min(place + _ALLOWANCE, len(data))
            self._systems[digest] = place, value
        return signed(mixed(value)) or 1 if place == len(data) else None

    def _of_prompt(self, text: str, keys: list[tuple[int, int]]) -> bool:
        """Add the prompt's keys; False where its words cost too much."""
        found = words_at_ends(text, EDGE_WORDS if _SHINGLE in self.kinds else _EDGES[-1])
        if found is None:
            return False
        if not found.head:
            return True
        if _SKELETON in self.kinds and (layout := _layout_of(text.encode(), self._start)):
            keys.append((_SKELETON, layout))
        self._words.left = _ALLOWANCE
        try:
            head = b"".join(map(self._words.__getitem__, found.head))
            tail = head if found.tail is found.head else b"".join(map(self._words.__getitem__, found.tail))
        except _TooMuchError:
            return False
        _add_edges(head, tail, self.kinds, keys)
        if _SHINGLE in self.kinds:
            keys.extend((_SHINGLE, key) for key in _shingles(head, tail))
        return True


_OF_PROMPT: Final = ALL_KINDS - {_SYSTEM}


class _TooMuchError(Exception):
    """More bytes of new words than one request may hash."""


class _Words(dict[bytes, bytes]):
    """Hash by word, as one lane; a word that is not there is hashed, as long as `left` lasts."""

    def __init__(self, start: int) -> None:
        super().__init__()
        self.left = 0
        self._start = start

    def __missing__(self, word: bytes) -> bytes:
        self.left -= len(word)
        if self.left < 0:
            raise _TooMuchError
        hashed = _DIGITS if word.isdigit() else mixed(fnv(self._start, word))
        made = lane(hashed)
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = made
        return made


def _layout_of(data: bytes, start: int) -> int:
    """The key of the kinds of the first lines, a run of like ones counted once; 0 if they are too plain."""
    marks: list[int] = []
    previous = -1
    for line in data.split(b"\n", _SKELETON_BREAKS):
        shown = line.strip(_BLANK)
        if shown and (mark := _LINE_MARKS[shown[0]] * 2 + (shown[-1] == _COLON)) != previous:
            marks.append(mark)
            previous = mark
    if len(marks) < _SKELETON_MARKS:
        return 0
    return signed(mixed(fnv(start, marks)))


def _line_mark(byte: int) -> int:
    if byte >= 128 or chr(byte).isalpha():
        return 1
    return 2 if chr(byte).isdigit() else byte


_LINE_MARKS: Final = bytes(map(_line_mark, range(256)))


def _add_edges(head: bytes, tail: bytes, kinds: frozenset[int], keys: list[tuple[int, int]]) -> None:
    first, last = numbers(head[: LANE_BYTES * _EDGES[-1]]), numbers(tail[-LANE_BYTES * _EDGES[-1] :])
    for edge in _EDGES:
        if len(head) > edge * LANE_BYTES:
            if _HEAD in kinds:
                keys.append((_HEAD, _run_key(first[:edge], _HEAD_SEED)))
            if _TAIL in kinds:
                keys.append((_TAIL, _run_key(last[-edge:], _TAIL_SEED)))


def _run_key(words: array.array[int], seed: int) -> int:
    return signed(mixed(fnv(FNV_OFFSET ^ seed, words)))


def _shingles(head: bytes, tail: bytes) -> list[int]:
    """The smallest hashes of four words in a row, ascending as unsigned numbers; runs that cross a gap are none."""
    words = len(head) // LANE_BYTES
    if words < RUN_WORDS:
        return []
    if tail is head:
        hashes = run_hashes(head, RUN_WORDS, _SHINGLE_SEED)
        del hashes[EDGE_WORDS : max(EDGE_WORDS, words - EDGE_WORDS)]
    else:
        hashes = run_hashes(head + tail, RUN_WORDS, _SHINGLE_SEED)
        del hashes[EDGE_WORDS:words]
    return [signed(one) for one in _smallest(hashes)]


def _smallest(hashes: array.array[int]) -> list[int]:
    """The smallest different ones; of many random ones they are nearly always among the lowest eighth."""
    low = {one for one in hashes if one < _EIGHTH}
    return sorted(low if len(low) >= _BOTTOM_K else set(hashes))[:_BOTTOM_K]
