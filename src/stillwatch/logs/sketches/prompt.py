"""Keys of the prompt's text: exact, head, tail, rare shingles, layout and a 128-bit similarity sketch.

Sees: that two prompts share a template, an injected instruction or a layout, though their slots differ.
Why: a harvest is one template and a slot filled from a list; strangers do not share rare wording.
Looks the same: popular tools, public benchmarks, a class with one assignment; links discount what is common.
Evaded by: a paraphrase for each account; the similarity sketch and the layout then remain.
References: Broder 1997 (shingles, bottom-k); Charikar 2002 (sign random projection).

Words are runs of letters, digits and bytes above ASCII, lower-cased; a Chinese, Japanese or Korean character is a word
of its own. A word of digits alone counts as one mark, so that numbers in a slot do not hide the template.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.hashing import FNV_OFFSET, FNV_PRIME, hash_text, mix, text_buffers
from stillwatch.logs.sketch import Keys, Sketch, SketchCase, Sketched

_SHINGLE_WORDS: Final = 4
_BOTTOM_K: Final = 8
_EDGE_WORDS: Final = 96  # shingles are taken from this many words at each end: templates stand at an end
_SHORT_EDGE: Final = 5
_LONG_EDGE: Final = 12
_MAX_KEYS: Final = _BOTTOM_K + 6
_SKELETON_LINES: Final = 48
_LINE_BREAK: Final = 10
_SKELETON_MARKS: Final = 3
_DIGITS: Final = np.uint64(0x9E3779B97F4A7C15)
_ALONE: Final = 1
_LOW_BITS: Final = np.uint64(0x0101010101010101)
_GATHER: Final = np.uint64(0x0102040810204080)
"""Times a word of eight bytes that are 0 or 1, this has bit k of its top byte equal byte k."""


def _fold_table() -> npt.NDArray[np.uint8]:
    """What each byte counts as: 0 separator, 1 first byte of a character that is a word alone, else the folded byte."""
    table = np.zeros(256, dtype=np.uint8)
    for byte in range(256):
        character = chr(byte)
        if byte >= 128 or (character.isascii() and character.isalnum()):
            table[byte] = ord(character.lower()) if byte < 128 else byte
    table[0xE3:0xEE] = _ALONE
    return table


_FOLD: Final = _fold_table()


@numba.njit(cache=True, inline="always")
def _line_mark(first: Any, last: Any) -> int:
    """Kind of a line by its first visible byte, and whether it ends in a colon; letters differ from marks."""
    if (97 <= first <= 122) or (65 <= first <= 90) or first >= 128:
        mark = 1
    elif 48 <= first <= 57:
        mark = 2
    else:
        mark = first
    return mark * 2 + (1 if last == 58 else 0)


@numba.njit(cache=True, nogil=True)
def _keep_smallest(best: Any, count: int, size: int, value: np.uint64) -> int:
    """Insert into a sorted list of the `size` smallest distinct values; give the new count."""
    if count == size and value >= best[count - 1]:
        return count
    place = 0
    while place < count and best[place] < value:
        place += 1
    if place < count and best[place] == value:
        return count
    last = count if count < size else size - 1
    for move in range(last, place, -1):
        best[move] = best[move - 1]
    best[place] = value
    return min(count + 1, size)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _words_of(
    data: Any, start: int, end: int, salt: np.uint64, fold: Any, words: Any, breaks: Any
) -> tuple[int, np.uint64, int]:
    """Write word hashes and places of line breaks, as many as fit; give both counts, and between them the exact
    hash.
    """
    count, exact, lines = 0, FNV_OFFSET ^ salt, 0
    position = start
    while position < end:
        folded = fold[data[position]]
        if folded == 0:
            if data[position] == _LINE_BREAK and lines < breaks.shape[0]:
                breaks[lines] = position
                lines += 1
            position += 1
            continue
        word, digits = FNV_OFFSET ^ salt, True
        if folded == _ALONE:
            stop = min(position + 3, end)
            while position < stop:
                word = (word ^ np.uint64(data[position])) * FNV_PRIME
                position += 1
            digits = False
        else:
            while folded > _ALONE:
                word = (word ^ np.uint64(folded)) * FNV_PRIME
                digits &= folded <= 57
                position += 1
                if position == end:
                    break
                folded = fold[data[position]]
        hashed = mix(word)
        exact = (exact ^ hashed) * FNV_PRIME
        if count < words.shape[0]:
            words[count] = _DIGITS if digits else hashed
        count += 1
    return count, mix(exact), lines


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _layout_of(data: Any, start: int, end: int, salt: np.uint64, breaks: Any, lines: int) -> np.uint64:
    """Hash the kinds of the first lines; a run of like lines counts once, so the length of a slot does not; 0 if
    plain.
    """
    value, marks, previous = FNV_OFFSET ^ salt, 0, -1
    left = start
    for line in range(lines + 1):
        right = breaks[line] if line < lines else end
        first, last = left, right - 1
        while first < right and data[first] <= 32:
            first += 1
        while last > first and data[last] <= 32:
            last -= 1
        left = right + 1
        if first >= right:
            continue
        mark = _line_mark(np.int64(data[first]), np.int64(data[last]))
        if mark != previous:
            value = (value ^ np.uint64(mark)) * FNV_PRIME
            marks += 1
            previous = mark
    return mix(value) if marks >= _SKELETON_MARKS else np.uint64(0)


@numba.njit(cache=True, inline="always")
def _run_hash(words: Any, start: int, length: int, seed: np.uint64) -> np.uint64:
    value = FNV_OFFSET ^ seed
    for index in range(start, start + length):
        value = (value ^ words[index]) * FNV_PRIME
    return mix(value)


@numba.njit(cache=True, nogil=True)
def _count_bits(words: Any, count: int, edge: int, spread: Any, counters: Any) -> int:
    """Count, for each of 128 bits, the words that set it; eight 8-bit counters live in one integer (≤ 192 words)."""
    counters[:] = np.uint64(0)
    taken = 0
    for index in range(count):
        if edge <= index < count - edge:
            continue
        taken += 1
        hashed = words[index]
        other = mix(hashed + np.uint64(0x632BE59BD9B4E019))
        for byte in range(8):
            shift = np.uint64(8 * byte)
            counters[byte] += spread[(hashed >> shift) & np.uint64(255)]
            counters[8 + byte] += spread[(other >> shift) & np.uint64(255)]
    return taken


@numba.njit(cache=True, inline="always")
def _majority_bits(counters: Any, start: int, taken: int) -> np.uint64:
    """Bits that more than half of the `taken` words set. Eight counters are compared at once: with `half` of at most 96
    and a counter of at most 192, counter + 127 - half has its top bit where the counter is above half, and no carry.
    """
    value = np.uint64(0)
    short = np.uint64(127 - taken // 2) * _LOW_BITS
    for word in range(8):
        above = ((counters[start + word] + short) >> np.uint64(7)) & _LOW_BITS
        value |= ((above * _GATHER) >> np.uint64(56)) << np.uint64(8 * word)
    return value


@numba.njit(cache=True, nogil=True)
def _sketch(  # noqa: C901, PLR0912  # one pass over a row, step by step: numba inlines no lists of them
    data: Any,
    offsets: Any,
    valid: Any,
    salt: np.uint64,
    fold: Any,
    columns: Any,
    kinds: Any,
    rows: Any,
    keys: Any,
    system: Any,
) -> int:
    longest = 1
    for row in range(valid.shape[0]):
        longest = max(longest, offsets[row + 1] - offsets[row])
    words = np.empty(min(longest // 2 + 2, 4_000_000), dtype=np.uint64)
    counters = np.zeros(16, dtype=np.uint64)
    spread = np.zeros(256, dtype=np.uint64)
    for value in range(256):
        for bit in range(8):
            spread[value] |= np.uint64((value >> bit) & 1) << np.uint64(8 * bit)
    best = np.empty(_BOTTOM_K, dtype=np.uint64)
    breaks = np.empty(_SKELETON_LINES, dtype=np.int64)
    used = 0
    for row in range(valid.shape[0]):
        columns[:, row] = 0
        if system[row] != 0:
            kinds[used], rows[used], keys[used] = KeyKind.SYSTEM, row, system[row]
            used += 1
        if not valid[row]:
            continue
        count, exact, lines = _words_of(data, offsets[row], offsets[row + 1], salt, fold, words, breaks)
        columns[4, row] = count
        if count == 0:
            continue
        count = min(count, words.shape[0])
        columns[0, row] = np.int64(exact)
        columns[1, row] = np.int64(_layout_of(data, offsets[row], offsets[row + 1], salt, breaks, lines))
        if columns[1, row] != 0:
            kinds[used], rows[used], keys[used] = KeyKind.SKELETON, row, columns[1, row]
            used += 1
        taken = _count_bits(words, count, _EDGE_WORDS, spread, counters)
        columns[2, row] = np.int64(_majority_bits(counters, 0, taken))
        columns[3, row] = np.int64(_majority_bits(counters, 8, taken))
        for edge in (_SHORT_EDGE, _LONG_EDGE):
            if count > edge:
                kinds[used], rows[used] = KeyKind.HEAD, row
                keys[used] = np.int64(_run_hash(words, 0, edge, np.uint64(11)))
                used += 1
                kinds[used], rows[used] = KeyKind.TAIL, row
                keys[used] = np.int64(_run_hash(words, count - edge, edge, np.uint64(13)))
                used += 1
        found = 0
        for start in range(count - _SHINGLE_WORDS + 1):
            if _EDGE_WORDS <= start < count - _EDGE_WORDS:
                continue
            found = _keep_smallest(best, found, _BOTTOM_K, _run_hash(words, start, _SHINGLE_WORDS, np.uint64(17)))
        for index in range(found):
            kinds[used], rows[used], keys[used] = KeyKind.SHINGLE, row, np.int64(best[index])
            used += 1
    return used


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    data, offsets, valid = text_buffers(batch.column("prompt_text"))
    rows = batch.num_rows
    columns = np.empty((5, rows), dtype=np.int64)
    kinds = np.empty(rows * _MAX_KEYS, dtype=np.int8)
    owners = np.empty(rows * _MAX_KEYS, dtype=np.int32)
    keys = np.empty(rows * _MAX_KEYS, dtype=np.int64)
    system = hash_text(batch.column("system_text"), salt)
    mark = np.uint64(salt & 0xFFFFFFFFFFFFFFFF)
    used = _sketch(data, offsets, valid, mark, _FOLD, columns, kinds, owners, keys, system)
    names = ("exact_key", "skeleton_key", "similarity_a", "similarity_b", "prompt_words")
    out = {name: pa.array(columns[index]) for index, name in enumerate(names)}
    out["system_key"] = pa.array(system)
    return Sketched(out, Keys(kinds[:used], owners[:used], keys[:used]))


def _text(prompt: str) -> dict[str, str]:
    return {"prompt_text": prompt}


SKETCH = Sketch(
    name="prompt",
    reads=("prompt_text", "system_text"),
    columns=("exact_key", "skeleton_key", "similarity_a", "similarity_b", "prompt_words", "system_key"),
    compute=_compute,
    cases=(
        SketchCase(
            name="case and spacing do not change the exact key",
            left=_text("Explain  Photosynthesis."),
            right=_text("explain photosynthesis"),
            column="exact_key",
            same=True,
        ),
        SketchCase(
            name="another number is another exact prompt",
            left=_text("add 3 and 4"),
            right=_text("add 3 and 5"),
            column="exact_key",
            same=False,
        ),
        SketchCase(
            name="a template with another slot shares a key",
            left=_text("You are a careful tutor. Explain the following concept to a beginner in ten steps: tides"),
            right=_text(
                "You are a careful tutor. Explain the following concept to a beginner in ten steps: inflation of prices"
            ),
            column="",
            same=True,
        ),
        SketchCase(
            name="unrelated prompts share no key",
            left=_text("You are a careful tutor. Explain the following concept to a beginner in ten steps: tides"),
            right=_text("my sourdough starter smells of nail polish, is it dead or can I rescue it this weekend"),
            column="",
            same=False,
        ),
        SketchCase(
            name="the same labelled lines are one layout",
            left=_text("Question: how do tides work?\n- short\n- exact\nAnswer:"),
            right=_text("Question: why is bread stale?\n- short\nAnswer:"),
            column="skeleton_key",
            same=True,
        ),
    ),
)
