"""A column of messages to the canonical columns of what was asked.

Whole columns of JSON text pass through `scan.chats`; the rows that are not plain there, and columns of any other type,
are read one by one, with the same result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from stillwatch.logs.scan.arrow import as_spans, by_row, gathered, masked_integers, replaced
from stillwatch.logs.scan.chats import Chats, read_chats
from stillwatch.logs.scan.grammar import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.wire.messages import Conversation

_NO_HASH: Final = np.uint64(0)


def scanned_chats(found: Any, read_one: Callable[[Any], Conversation], redacted: str) -> dict[str, Any] | None:
    """The columns of a column of JSON text; None for a column of another type. `redacted` stands for no content.

    `read_one` reads a text that is not plain.
    """
    texts = as_spans(found)
    if texts is None:
        return None
    chats = read_chats(texts)
    columns = _without(_columns(chats), redacted)
    odd = np.flatnonzero(texts.valid & ~chats.plain)
    read = by_row(found, odd, read_one)
    return {
        name: replaced(column, odd, [getattr(conversation, name) for conversation in read])
        for name, column in columns.items()
    }


def _columns(chats: Chats) -> dict[str, Any]:
    asked = chats.plain & (chats.turns > 0)
    return {
        "system_text": _text(chats.system, chats.system_starts, chats.system_ends, chats.plain),
        "prompt_text": _text(chats.said, chats.prompt_starts, chats.chain_ends, asked),
        "turn": masked_integers(chats.turns, chats.plain & (chats.turns >= 0)),
        "chain_self": pa.array(_hashes(chats, chats.chain_ends, asked)),
        "chain_parent": pa.array(_hashes(chats, chats.parent_ends, chats.plain & (chats.turns > 1))),
        "reasoning_in": pa.nulls(len(chats.plain), pa.string()),
    }


def _text(data: npt.NDArray[np.uint8], starts: Any, ends: Any, valid: npt.NDArray[np.bool_]) -> Any:
    """The spans as text; an empty one is missing."""
    is_there = valid & (ends > starts)
    kinds = np.where(is_there, np.uint8(Kind.OBJECT), np.uint8(Kind.ABSENT))  # as they are: already without escapes
    return gathered(data, starts, ends, kinds).cast(pa.large_string())


def _hashes(chats: Chats, ends: npt.NDArray[np.int64], wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """`chain_hash` of what was said from the start of each row to `ends`; 0 in rows that are not wanted."""
    hashed = np.zeros(len(ends), np.uint64)
    rows = np.flatnonzero(wanted)
    said, digest = chats.said.data, xxhash.xxh3_64_intdigest
    pairs = zip(chats.chain_starts[rows].tolist(), ends[rows].tolist(), strict=True)
    found = np.array([digest(said[start:end]) for start, end in pairs], np.uint64)
    hashed[rows] = np.where(found == _NO_HASH, np.uint64(1), found)  # 0 stands for unknown
    return hashed.view(np.int64)


def _without(columns: dict[str, Any], redacted: str) -> dict[str, Any]:
    """Blank the rows whose content was withheld, as if nothing were known of them."""
    prompt = columns["prompt_text"]
    withheld = pc.fill_null(pc.equal(prompt, pa.scalar(redacted, prompt.type)), False)  # noqa: FBT003  # Arrow's own
    if not pc.any(withheld).as_py():
        return columns
    nothing = {"chain_self": 0, "chain_parent": 0}
    return {
        name: pc.if_else(withheld, pa.scalar(nothing.get(name), column.type), column)
        for name, column in columns.items()
    }
