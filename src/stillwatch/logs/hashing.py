"""Salted 64-bit hashes over Arrow buffers, the same on every engine and machine.

FNV-1a over bytes, closed with the murmur3 finaliser so that every bit depends on every byte.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

FNV_OFFSET = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)


@numba.njit(cache=True, inline="always")
def mix(value: np.uint64) -> np.uint64:
    """Murmur3's 64-bit finaliser."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    value ^= value >> np.uint64(33)
    return value


@numba.njit(cache=True, nogil=True)
def _hash_spans(data: Any, offsets: Any, valid: Any, salt: np.uint64, out: Any) -> None:
    for row in range(out.shape[0]):
        start, end = offsets[row], offsets[row + 1]
        if not valid[row] or start == end:
            out[row] = 0
            continue
        value = FNV_OFFSET ^ salt
        for position in range(start, end):
            value = (value ^ np.uint64(data[position])) * FNV_PRIME
        hashed = mix(value)
        out[row] = np.int64(hashed) if hashed != np.uint64(0) else np.int64(1)


def text_buffers(array: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Give bytes, offsets (length n + 1) and validity (length n) of a string column without copying the text."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if array.type != pa.large_string():
        array = array.cast(pa.large_string())
    buffers = array.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    data = (
        np.frombuffer(buffers[2], dtype=np.uint8)
        if buffers[2] is not None and buffers[2].size
        else np.frombuffer(b"\0", np.uint8)  # as the other cannot be written to, so that numba compiles once
    )
    valid = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    return data, offsets, valid


def hash_text(array: pa.Array, salt: int) -> npt.NDArray[np.int64]:
    """Hash a string column, shape (n,); a missing or empty value gives 0, and 0 means nothing else."""
    data, offsets, valid = text_buffers(array)
    out = np.empty(len(array), dtype=np.int64)
    _hash_spans(data, offsets, valid, np.uint64(salt & 0xFFFFFFFFFFFFFFFF), out)
    return out


def hash_one(text: str, salt: int) -> int:
    """Hash a single value as `hash_text` would."""
    return int(hash_text(pa.array([text], type=pa.large_string()), salt)[0])


@numba.njit(cache=True, nogil=True)
def _combine(columns: Any, out: Any) -> None:
    for row in range(columns.shape[1]):
        value, known = FNV_OFFSET, False
        for column in range(columns.shape[0]):
            known = known or columns[column, row] != 0
            value = mix((value ^ np.uint64(columns[column, row])) * FNV_PRIME)
        out[row] = np.int64(value) if known else np.int64(0)


def combine(*columns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Hash several key columns, each of shape (n,), into one; 0 only where all of them are 0."""
    stacked = np.stack(columns)
    out = np.empty(stacked.shape[1], dtype=np.int64)
    _combine(stacked, out)
    return out
