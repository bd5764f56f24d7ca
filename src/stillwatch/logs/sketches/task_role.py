"""Bits that say what a prompt asks for: reasoning, grading, cleaning, making instructions, code, mathematics, ...

Sees: the role that a prompt plays in a training pipeline, and the capability it draws on. The table is `phrases.toml`.
Why: concert alone is not guilt; what a group asks for is the second axis.
Looks the same: every honest user of the same capability; bits describe, they never accuse.
Evaded by: other wording or another language; harvest shape, which reads no words, remains.
References: Aho and Corasick 1975 (all phrases in one pass over the bytes).
"""

from __future__ import annotations

import tomllib
from collections import deque
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.core.errors import DefinitionError
from stillwatch.logs.hashing import text_buffers
from stillwatch.logs.sketch import Sketch, SketchCase, Sketched

_WINDOW: Final = 4096  # bytes read at each end: a role is stated at an end, and a long paste must not cost
_BITS: Final = 64
_HIT: Final = 1 << 15  # above the number of any state


class Phrases(NamedTuple):
    """The automaton of all phrases. `step[state, class]` → state; `owner[state]` → first hit, `next_hit` chains more.

    The table is looked up once a byte and must stay in the processor's cache, so that bytes which no phrase tells apart
    share a class, and a state that has a hit shows it by `_HIT` in the step that leads to it.
    """

    classes: npt.NDArray[np.uint8]
    """Class of each byte, in lower case; blanks of all kinds are class 0."""
    step: npt.NDArray[np.uint16]
    owner: npt.NDArray[np.int32]
    next_hit: npt.NDArray[np.int32]
    least: npt.NDArray[np.int32]
    bits: dict[str, int]


@cache
def phrase_table() -> Phrases:
    """Build the automaton from `phrases.toml`, once; the file ships with the package, so this is a constant."""
    tables = tomllib.loads(files("stillwatch.logs.sketches").joinpath("phrases.toml").read_text("utf-8"))
    bits = {name: int(table["bit"]) for name, table in tables.items()}
    if len(set(bits.values())) != len(bits):
        raise DefinitionError("two tables share a bit", where="phrases.toml", mend="give each table a bit of its own")
    least = np.full(_BITS, 1, dtype=np.int32)
    tree, ends = [dict[int, int]()], [set[int]()]
    for name, table in tables.items():
        least[bits[name]] = int(table["least"])
        for phrase in table["phrases"]:
            _insert(tree, ends, phrase.lower().encode(), bits[name])
    return _close(*_breadth_first(tree, ends), least, bits)


def _breadth_first(tree: list[dict[int, int]], ends: list[set[int]]) -> tuple[list[dict[int, int]], list[set[int]]]:
    """The same states numbered by depth: a scan is in shallow ones nearly always, which so lie together in memory."""
    order = [0]
    for state in order:
        order.extend(tree[state].values())
    number = {state: place for place, state in enumerate(order)}
    return [{byte: number[child] for byte, child in tree[state].items()} for state in order], [ends[s] for s in order]


def _insert(tree: list[dict[int, int]], ends: list[set[int]], phrase: bytes, bit: int) -> None:
    state = 0
    for byte in phrase:
        if byte not in tree[state]:
            tree[state][byte] = len(tree)
            tree.append({})
            ends.append(set())
        state = tree[state][byte]
    ends[state].add(bit)


def _close(
    tree: list[dict[int, int]], ends: list[set[int]], least: npt.NDArray[np.int32], bits: dict[str, int]
) -> Phrases:
    """Follow failure links breadth first, so that every (state, byte) has its next state."""
    step, fail = np.zeros((len(tree), 256), np.int32), np.zeros(len(tree), np.int32)
    step[0, list(tree[0])] = list(tree[0].values())
    queue = deque(tree[0].values())
    while queue:
        state = queue.popleft()
        ends[state] |= ends[fail[state]]
        step[state] = step[fail[state]]
        for byte, child in tree[state].items():
            fail[child] = step[state, byte]
            step[state, byte] = child
            queue.append(child)
    owner, next_hit = np.full(len(tree), -1, dtype=np.int32), [(-1, -1)]
    for state, hit in enumerate(ends):
        for bit in sorted(hit):
            next_hit.append((bit, int(owner[state])))
            owner[state] = len(next_hit) - 1
    classes, compact = _compact(step)
    compact |= np.where(owner[compact] >= 0, np.uint16(_HIT), np.uint16(0))
    return Phrases(classes, compact, owner, np.array(next_hit, np.int32), least, bits)


def _compact(step: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    """One column for all bytes that lead to the same states, that of the blank first."""
    if len(step) >= _HIT:
        raise DefinitionError("too many phrases", where="phrases.toml", mend="remove some, or widen the table")
    columns, classes = np.unique(step, axis=1, return_inverse=True)
    blank = classes.reshape(-1)[ord(" ")]
    order = np.concatenate([[blank], np.delete(np.arange(columns.shape[1]), blank)])
    renumbered = np.argsort(order)[classes.reshape(-1)].astype(np.uint8)
    renumbered[ord("A") : ord("Z") + 1] = renumbered[ord("a") : ord("z") + 1]
    renumbered[: ord(" ")] = 0
    return renumbered, np.ascontiguousarray(columns[:, order]).astype(np.uint16)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _scan(data: Any, start: int, end: int, classes: Any, step: Any, owner: Any, next_hit: Any, counts: Any) -> None:
    state: Any = 0
    blank = False
    for position in range(start, end):
        found = classes[data[position]]
        if found == 0 and blank:
            continue
        blank = found == 0
        value = np.int64(step[state, found])
        state = value & (_HIT - 1)
        if value >= _HIT:
            hit = owner[state]
            while hit >= 0:
                counts[next_hit[hit, 0]] += 1
                hit = next_hit[hit, 1]


@numba.njit(cache=True, nogil=True)
def _bits_of(
    data: Any,
    offsets: Any,
    valid: Any,
    classes: Any,
    step: Any,
    owner: Any,
    next_hit: Any,
    least: Any,
    out: Any,
) -> None:
    counts = np.zeros(least.shape[0], dtype=np.int32)
    for row in range(out.shape[0]):
        if not valid[row]:
            continue
        counts[:] = 0
        start, end = offsets[row], offsets[row + 1]
        if end - start <= 2 * _WINDOW:
            _scan(data, start, end, classes, step, owner, next_hit, counts)
        else:
            _scan(data, start, start + _WINDOW, classes, step, owner, next_hit, counts)
            _scan(data, end - _WINDOW, end, classes, step, owner, next_hit, counts)
        for bit in range(least.shape[0]):
            if counts[bit] >= least[bit]:
                out[row] |= np.int64(1) << np.int64(bit)


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    del salt  # bits are no hashes
    systems = batch.column("system_text").dictionary_encode()  # one program sends one system text many times
    of_systems = np.append(_bits(systems.dictionary), 0)
    index = systems.indices.fill_null(len(systems.dictionary)).to_numpy(zero_copy_only=False)
    return Sketched({"task_bits": pa.array(_bits(batch.column("prompt_text")) | of_systems[index])}, None)


def _bits(texts: pa.Array) -> npt.NDArray[np.int64]:
    """The bits of each text, shape (n,)."""
    table, out = phrase_table(), np.zeros(len(texts), dtype=np.int64)
    data, offsets, valid = text_buffers(texts)
    _bits_of(data, offsets, valid, table.classes, table.step, table.owner, table.next_hit, table.least, out)
    return out


SKETCH = Sketch(
    name="task_role",
    reads=("prompt_text", "system_text"),
    columns=("task_bits",),
    compute=_compute,
    cases=(
        SketchCase(
            name="reasoning is asked for in two wordings",
            left={"prompt_text": "Show your reasoning, then answer."},
            right={"prompt_text": "Answer step by step."},
            column="task_bits",
            same=True,
        ),
        SketchCase(
            name="one mention of an answer is no comparison of two",
            left={"prompt_text": "Is answer A right?"},
            right={"prompt_text": "Compare answer A with answer B."},
            column="task_bits",
            same=False,
        ),
    ),
)
