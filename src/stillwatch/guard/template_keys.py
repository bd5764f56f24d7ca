"""Keys of a prompt's template, bit for bit as ingest makes them (`logs.sketches.prompt`), without columns.

>>> keys = TemplateKeys(salt=0)
>>> keys.of("Explain tides to a beginner in ten steps", None).keys[0]
(2, -5551105286391741486)

The cost of a request is bounded, whatever it holds. Words are hashed byte by byte in Python, so their hashes are
remembered: traffic repeats its words. A request hashes at most `_ALLOWANCE` bytes of words not seen before, and as much
of a system text. What is left over is late: those keys are missing from this request (`Made.is_late`), and the next one
with the same text goes on where this one stopped, so that a fleet's long system text is known after a few requests. Of
a long prompt the ends alone are cut into words, since shingles are taken there.
"""

from __future__ import annotations

import array
import re
import struct
import sys
from functools import lru_cache
from typing import Final, NamedTuple

import xxhash

from stillwatch.core.key_kind import KeyKind

_ALL_BITS: Final = 2**64 - 1
_SIGN: Final = 2**63
_FNV_OFFSET: Final = 0xCBF29CE484222325
_FNV_PRIME: Final = 0x100000001B3
_MIX: Final = (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53)
_DIGITS: Final = 0x9E3779B97F4A7C15
"""Stands for a word of digits alone."""
_WORD: Final = re.compile(rb"[\xe3-\xed].{0,2}|[0-9a-z\x80-\xe2\xee-\xff]+", re.DOTALL)
"""Over lower-cased UTF-8: a Chinese, Japanese or Korean character, or a run of letters, digits and other characters."""
_SHINGLE_WORDS: Final = 4
_BOTTOM_K: Final = 8
_EDGE_WORDS: Final = 96
_EDGES: Final = (5, 12)
_HEAD_SEED, _TAIL_SEED, _SHINGLE_SEED = 11, 13, 17
_SKELETON_BREAKS: Final = 48
_SKELETON_MARKS: Final = 3
_BLANK: Final = bytes(range(33))
_COLON: Final = 58
_ALLOWANCE: Final = 2048
"""Bytes of new words, and of a system text, that one request may hash: about 0.1 ms each."""
_NEAR_CHARACTERS: Final = 2048
_FAR_CHARACTERS: Final = 65_536
"""How much of each end of a prompt is looked through for its words, at first and at most."""
_MOST_WORDS: Final = 65_536
_LONGEST_WORD: Final = 1024
_MOST_SYSTEMS: Final = 16_384
ALL_KINDS: Final = frozenset((KeyKind.SYSTEM, KeyKind.SKELETON, KeyKind.HEAD, KeyKind.TAIL, KeyKind.SHINGLE))


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
        self._start = _FNV_OFFSET ^ (salt & _ALL_BITS)
        self._words = _Words(self._start)
        self._systems: dict[bytes, tuple[int, int]] = {}
        """Digest of a system text → how many of its bytes are hashed, and the hash so far."""

    def of(self, prompt_text: str | None, system_text: str | None) -> Made:
        """Keys in the order of ingest. Texts hold no lone surrogates."""
        keys: list[tuple[int, int]] = []
        is_late = False
        if system_text and KeyKind.SYSTEM in self.kinds:
            system = self._system(system_text.encode())
            is_late = system is None
            if system is not None:
                keys.append((KeyKind.SYSTEM, system))
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
            value = _fnv(value, data[place : place + _ALLOWANCE])
            place = min(place + _ALLOWANCE, len(data))
            self._systems[digest] = place, value
        return _signed(_mixed(value)) or 1 if place == len(data) else None

    def _of_prompt(self, text: str, keys: list[tuple[int, int]]) -> bool:
        """Add the prompt's keys; False where its words cost too much."""
        found = _words_at_ends(text)
        if found is None:
            return False
        if not found.head:
            return True
        if KeyKind.SKELETON in self.kinds and (layout := _layout_of(text.encode(), self._start)):
            keys.append((KeyKind.SKELETON, layout))
        self._words.left = _ALLOWANCE
        try:
            head = [self._words[word] for word in found.head]
            tail = head if found.tail is found.head else [self._words[word] for word in found.tail]
        except _TooMuchError:
            return False
        _add_edges(head, tail, self.kinds, keys)
        if KeyKind.SHINGLE in self.kinds:
            keys.extend((KeyKind.SHINGLE, key) for key in _shingles(head, tail))
        return True


_OF_PROMPT: Final = ALL_KINDS - {KeyKind.SYSTEM}


class _TooMuchError(Exception):
    """More bytes of new words than one request may hash."""


class _Words(dict[bytes, int]):
    """Hash by word; one that is not there is hashed, as long as `left` lasts."""

    def __init__(self, start: int) -> None:
        super().__init__()
        self.left = 0
        self._start = start

    def __missing__(self, word: bytes) -> int:
        self.left -= len(word)
        if self.left < 0:
            raise _TooMuchError
        found = _DIGITS if word.isdigit() else _mixed(_fnv(self._start, word))
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = found
        return found


class _Ends(NamedTuple):
    """Words at the two ends of a text; of a short one both are all its words."""

    head: list[bytes]
    tail: list[bytes]


def _words_at_ends(text: str) -> _Ends | None:
    """The first 99 and the last 96 words or more; None where they lie too far inside."""
    characters = _NEAR_CHARACTERS
    while 2 * characters < len(text):
        if characters > _FAR_CHARACTERS:
            return None
        head = _words_of(text[:characters])[:-1]  # the last may go on behind the cut
        tail = _words_of(text[-characters:])[1:]
        if len(head) >= _EDGE_WORDS + _SHINGLE_WORDS and len(tail) >= _EDGE_WORDS:
            return _Ends(head[: _EDGE_WORDS + _SHINGLE_WORDS - 1], tail[-_EDGE_WORDS:])
        characters *= 4
    words = _words_of(text)
    if len(words) <= 2 * _EDGE_WORDS + _SHINGLE_WORDS:
        return _Ends(words, words)
    return _Ends(words[: _EDGE_WORDS + _SHINGLE_WORDS - 1], words[-_EDGE_WORDS:])


def _words_of(text: str) -> list[bytes]:
    return _WORD.findall(text.encode().lower())


def _layout_of(data: bytes, start: int) -> int:
    """The key of the kinds of the first lines, a run of like ones counted once; 0 if they are too plain."""
    marks: list[int] = []
    for line in data.split(b"\n", _SKELETON_BREAKS):
        shown = line.strip(_BLANK)
        if shown and (mark := _LINE_MARKS[shown[0]] * 2 + (shown[-1] == _COLON)) not in marks[-1:]:
            marks.append(mark)
    if len(marks) < _SKELETON_MARKS:
        return 0
    value = start
    for mark in marks:
        value = (value ^ mark) * _FNV_PRIME & _ALL_BITS
    return _signed(_mixed(value))


def _line_mark(byte: int) -> int:
    if byte >= 128 or chr(byte).isalpha():
        return 1
    return 2 if chr(byte).isdigit() else byte


_LINE_MARKS: Final = bytes(map(_line_mark, range(256)))


def _add_edges(head: list[int], tail: list[int], kinds: frozenset[int], keys: list[tuple[int, int]]) -> None:
    for edge in _EDGES:
        if len(head) > edge:
            if KeyKind.HEAD in kinds:
                keys.append((KeyKind.HEAD, _signed(_run(head[:edge], _HEAD_SEED))))
            if KeyKind.TAIL in kinds:
                keys.append((KeyKind.TAIL, _signed(_run(tail[-edge:], _TAIL_SEED))))


def _shingles(head: list[int], tail: list[int]) -> list[int]:
    """The smallest hashes of four words in a row, ascending as unsigned numbers; runs that cross a gap are none."""
    if len(head) < _SHINGLE_WORDS:
        return []
    if tail is head:
        hashes = _run_hashes(head)
        if len(hashes) > 2 * _EDGE_WORDS:
            middle = slice(_EDGE_WORDS, len(head) - _EDGE_WORDS)
            del hashes[middle]
    else:
        hashes = _run_hashes(head + tail)
        del hashes[_EDGE_WORDS : len(head)]
    return [_signed(one) for one in sorted(set(hashes))[:_BOTTOM_K]]


def _run_hashes(words: list[int]) -> array.array[int]:
    """`_run` of each four words in a row, all at once: one number holds them side by side, 128 bits each, so that a
    product of two 64-bit numbers stays in its own lane. It costs a fifth of a loop.
    """
    count = len(words) - _SHINGLE_WORDS + 1
    ones = _lanes(count)
    low = ones * _ALL_BITS
    packed = struct.pack(f"<{2 * len(words)}Q", *[part for word in words for part in (word, 0)])
    value = ones * (_FNV_OFFSET ^ _SHINGLE_SEED)
    for step in range(_SHINGLE_WORDS):
        shifted = int.from_bytes(packed[16 * step : 16 * (step + count)], "little")
        value = ((value ^ shifted) * _FNV_PRIME) & low
    for factor in _MIX:
        value = ((value ^ (value >> 33 & low)) * factor) & low
    value ^= value >> 33 & low
    found = array.array("Q", value.to_bytes(16 * count, "little"))
    if sys.byteorder == "big":
        found.byteswap()
    return found[::2]


@lru_cache(maxsize=256)
def _lanes(count: int) -> int:
    """1 in each of so many lanes."""
    return sum(1 << 128 * lane for lane in range(count))


def _run(words: list[int], seed: int) -> int:
    value = _FNV_OFFSET ^ seed
    for word in words:
        value = (value ^ word) * _FNV_PRIME & _ALL_BITS
    return _mixed(value)


def _fnv(value: int, data: bytes) -> int:
    for byte in data:
        value = (value ^ byte) * _FNV_PRIME & _ALL_BITS
    return value


def _mixed(value: int) -> int:
    """Murmur3's 64-bit finaliser."""
    for factor in _MIX:
        value = (value ^ value >> 33) * factor & _ALL_BITS
    return value ^ value >> 33


def _signed(value: int) -> int:
    return value - 2 * _SIGN if value >= _SIGN else value
