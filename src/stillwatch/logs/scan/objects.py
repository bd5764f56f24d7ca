"""Where the wanted fields of JSON objects lie, for a whole column of JSON text at once, without parsing the rest.

>>> import numpy as np
>>> from stillwatch.logs.scan.grammar import Kind
>>> text = b'{"id": "a", "usage": {"total": 3}}'
>>> shape = shape_of(("id", "usage.total"))
>>> data, ends = np.frombuffer(text, np.uint8), np.array([len(text)])
>>> found = scan_objects(Texts(data, np.array([0]), ends, np.array([True])), shape)
>>> Kind(found.kind("usage.total")[0]).name, text[slice(*found.span("usage.total", 0))]
('INT', b'3')

A row that is no plain JSON object (malformed, a wanted key twice, a key with escapes, nested too deep) has the kind
ABSENT at the root: whoever asks then parses that row, and nothing is lost but time.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from stillwatch.logs.scan.grammar import key_end, skip_blank, value_end
from stillwatch.logs.scan.words import load_word

_ITEM: Final = "[]"
_DEEPEST_WANTED: Final = 12
_MOST_SEEN: Final = 64


class Texts(NamedTuple):
    """A column of texts as spans of bytes; all arrays but `data` have one entry a row."""

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    valid: npt.NDArray[np.bool_]

    def taken(self, rows: slice | npt.NDArray[np.int64]) -> Texts:
        """Some of the rows, of the same data."""
        return Texts(self.data, self.starts[rows], self.ends[rows], self.valid[rows])


class Shape(NamedTuple):
    """The wanted paths as a tree; node 0 is the object itself, and each node has a column in what is found."""

    nodes: dict[str, int]
    """Node by path, such as `choices[].message`."""
    items: npt.NDArray[np.int32]
    """Node of the one element of an array, by node; -1 where none is wanted."""
    buckets: npt.NDArray[np.int32]
    """Node by hash of (parent, key), with linear probing; -1 = empty. Its length is a power of two."""
    parents: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint8]
    key_starts: npt.NDArray[np.int64]
    """Where the key of each node begins in `keys`; length nodes + 1."""


class Spans(NamedTuple):
    """What was found; the three arrays have shape (rows, nodes)."""

    shape: Shape
    kinds: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    strange: npt.NDArray[np.bool_]
    """Whether the object has a key at its top that the shape does not name."""

    def taken(self, rows: npt.NDArray[np.int64]) -> Spans:
        """What was found in some of the rows."""
        return Spans(self.shape, self.kinds[rows], self.starts[rows], self.ends[rows], self.strange[rows])

    def kind(self, path: str) -> npt.NDArray[np.uint8]:
        return self.kinds[:, self.shape.nodes[path]]

    def span(self, path: str, row: int) -> tuple[int, int]:
        """Where the value lies in the data, with its quotes if it is a string."""
        node = self.shape.nodes[path]
        return int(self.starts[row, node]), int(self.ends[row, node])


def frozen(texts: Texts) -> Texts:
    """The same arrays, none of which may be written to: numba compiles anew for each mixture that it meets."""
    found = Texts(texts.data.view(), texts.starts.view(), texts.ends.view(), texts.valid.view())
    for array in found:
        array.flags.writeable = False
    return found


@cache
def shape_of(paths: tuple[str, ...]) -> Shape:
    """Lay out the paths: `a.b` is a field of a field, `a[]` the one element of an array; a constant of its argument."""
    nodes, parents, keys = {"": 0}, [-1], [b""]
    items = {0: -1}
    for path in paths:
        node, walked = 0, ""
        for step in path.replace(_ITEM, f".{_ITEM}").split("."):
            above = node
            walked = walked + _ITEM if step == _ITEM else f"{walked}.{step}".lstrip(".")
            node = nodes.setdefault(walked, len(nodes))
            if node == len(parents):
                parents.append(above)
                keys.append(b"" if step == _ITEM else step.encode())
                items[node] = -1
                if step == _ITEM:
                    items[above] = node
    buckets = np.full(1 << (4 * len(nodes)).bit_length(), -1, dtype=np.int32)
    for node, (above, key) in enumerate(zip(parents, keys, strict=True)):
        if key:
            _insert(buckets, node, _hash_of(above, key))
    return Shape(
        nodes,
        np.array([items[node] for node in range(len(nodes))], np.int32),
        buckets,
        np.array(parents, np.int32),
        np.frombuffer(b"".join(keys) or b"\0", np.uint8),
        np.cumsum([0, *map(len, keys)], dtype=np.int64),
    )


def _hash_of(parent: int, key: bytes) -> int:
    """A cheap hash: the keys of one log are few, and telling most of them apart is enough."""
    return parent * 31 + len(key) * 7 + key[0] * 3 + key[-1] * 131 + key[len(key) // 2] * 17


def _insert(buckets: npt.NDArray[np.int32], node: int, hashed: int) -> None:
    place = hashed & (len(buckets) - 1)
    while buckets[place] >= 0:
        place = (place + 1) & (len(buckets) - 1)
    buckets[place] = node


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _is_same(data: Any, start: int, keys: Any, first: int, length: int) -> bool:
    offset = 0
    while offset + 8 <= length:
        if load_word(data, start + offset) != load_word(keys, first + offset):
            return False
        offset += 8
    while offset < length:
        if data[start + offset] != keys[first + offset]:
            return False
        offset += 1
    return True


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _is_repeated(data: Any, start: int, before: int, length: int) -> bool:
    """Whether `length` bytes from `start` are those from `before`, which stand earlier."""
    offset = 0
    while offset + 8 <= length:
        if load_word(data, start + offset) != load_word(data, before + offset):
            return False
        offset += 8
    if offset == length:
        return True
    if start + offset + 8 <= data.shape[0]:
        differs: Any = load_word(data, start + offset) ^ load_word(data, before + offset)
        is_same: bool = differs << np.uint64(8 * (8 - (length - offset))) == 0
        return is_same
    while offset < length:
        if data[start + offset] != data[before + offset]:
            return False
        offset += 1
    return True


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _child_of(
    data: Any, start: int, end: int, parent: int, buckets: Any, parents: Any, keys: Any, key_starts: Any
) -> Any:
    """The node of a key below `parent`; -1 if it is not wanted."""
    length = end - start
    if length == 0:
        return -1
    value = parent * 31 + length * 7 + np.int64(data[start]) * 3 + np.int64(data[end - 1]) * 131
    mask = buckets.shape[0] - 1
    place = (value + np.int64(data[start + length // 2]) * 17) & mask
    while buckets[place] >= 0:
        node = buckets[place]
        first = key_starts[node]
        if (
            parents[node] == parent
            and key_starts[node + 1] - first == length
            and _is_same(data, start, keys, first, length)
        ):
            return node
        place = (place + 1) & mask
    return -1


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _scan_row(  # noqa: PLR0915  # one automaton, step by step
    data: Any,
    position: int,
    end: int,
    items: Any,
    buckets: Any,
    parents: Any,
    keys: Any,
    key_starts: Any,
    wanted: Any,
    kinds: Any,
    starts: Any,
    ends: Any,
    levels: Any,
    seen: Any,
) -> int:
    """Fill one row; 0 if the text is not plain, 1 if it is, 2 if it also has a strange key at its top.

    One program writes its keys in one order: `seen` holds, for the n-th key that was looked up, where it stood in an
    earlier row, its length with the closing quote, the node above it and its own. The same bytes are the same key.
    """
    result, depth, node, slot = 1, 0, 0, 0
    if position >= end or data[position] != 123:
        return 0
    while True:
        opening = data[position]
        if kinds[node] != 0:
            return 0  # the same key twice
        starts[node] = position
        if opening in (123, 91) and wanted[node] and depth < _DEEPEST_WANTED:
            kinds[node] = 8 if opening == 123 else 9
            levels[depth] = node
            depth += 1
            position = skip_blank(data, position + 1, end)
            is_first = True
        else:
            position, kind = value_end(data, position, end)
            if position < 0:
                return 0
            kinds[node], ends[node] = kind, position
            is_first = False
        while True:  # on to the next wanted value: over closes, commas, and what nobody wants
            above = levels[depth - 1]
            is_object = kinds[above] == 8
            if not is_first:
                position = skip_blank(data, position, end)
            if position >= end:
                return 0
            if data[position] == (125 if is_object else 93):
                depth -= 1
                position += 1
                ends[above] = position
                is_first = False
                if depth == 0:
                    return result if skip_blank(data, position, end) == end else 0
                continue
            if not is_first:
                if data[position] != 44:
                    return 0
                position = skip_blank(data, position + 1, end)
            if is_object:
                key = position + 1
                length = seen[1, slot]
                value = key + length + 1
                if (
                    seen[2, slot] == above
                    and value < end
                    and data[position] == 34
                    and data[value - 1] == 58
                    and data[value] > 32
                    and _is_repeated(data, key, seen[0, slot], length)
                ):
                    position = value
                else:
                    close, position = key_end(data, position, end)
                    if close < 0:
                        return 0
                    seen[0, slot], seen[1, slot], seen[2, slot] = key, close - key, above
                    seen[3, slot] = _child_of(data, key, close - 1, above, buckets, parents, keys, key_starts)
                node = seen[3, slot]
                slot = min(slot + 1, _MOST_SEEN - 1)
                if node < 0 and above == 0:
                    result = 2
            else:
                if position >= end:
                    return 0
                node = items[above] if is_first else -1
                if not is_first and items[above] >= 0:
                    kinds[items[above]] = 10
            is_first = False
            if node >= 0:
                break
            position, _ = value_end(data, position, end)
            if position < 0:
                return 0


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _scan(
    data: Any,
    row_starts: Any,
    row_ends: Any,
    valid: Any,
    items: Any,
    buckets: Any,
    parents: Any,
    keys: Any,
    key_starts: Any,
    kinds: Any,
    starts: Any,
    ends: Any,
    strange: Any,
) -> None:
    levels = np.zeros(_DEEPEST_WANTED + 1, dtype=np.int64)
    wanted = np.zeros(items.shape[0], dtype=np.bool_)
    seen = np.full((4, _MOST_SEEN), -1, dtype=np.int64)
    for node in range(1, items.shape[0]):
        wanted[parents[node]] = True
    for row in range(row_starts.shape[0]):
        if not valid[row]:
            continue
        first = skip_blank(data, row_starts[row], row_ends[row])
        result = _scan_row(
            data,
            first,
            row_ends[row],
            items,
            buckets,
            parents,
            keys,
            key_starts,
            wanted,
            kinds[row],
            starts[row],
            ends[row],
            levels,
            seen,
        )
        if result == 0:
            kinds[row, :] = 0
        strange[row] = result == 2


def scan_objects(texts: Texts, shape: Shape) -> Spans:
    """Find the wanted fields of every row."""
    size = (len(texts.starts), len(shape.items))
    kinds, strange = np.zeros(size, np.uint8), np.zeros(size[0], np.bool_)
    starts, ends = np.zeros(size, np.int64), np.zeros(size, np.int64)
    _scan(
        *frozen(texts),
        shape.items,
        shape.buckets,
        shape.parents,
        shape.keys,
        shape.key_starts,
        kinds,
        starts,
        ends,
        strange,
    )
    return Spans(shape, kinds, starts, ends, strange)
