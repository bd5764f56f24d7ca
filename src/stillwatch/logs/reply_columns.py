"""A column of replies to the canonical columns of what came back.

The usual reply, one choice with text and OpenAI's usage, is found by `scan.objects` in the JSON text; a signed piece of
reasoning beside it too. Any other row, and a column of any other type, is read by `logs.replies`, with the same result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.format import EVERY_FIELD
from stillwatch.logs.scan.arrow import (
    among,
    are_short,
    as_spans,
    by_row,
    field_integers,
    field_text,
    gathered,
    masked_integers,
    replaced,
)
from stillwatch.logs.scan.grammar import Kind
from stillwatch.logs.scan.objects import Spans, Texts, scan_objects, shape_of
from stillwatch.wire.usage import Usage, read_usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.logs.format import Wanted
    from stillwatch.wire.replies import Reply

_CHOICE: Final = "choices[]"
_MESSAGE: Final = f"{_CHOICE}.message"
_CONTENT: Final = f"{_MESSAGE}.content"
_BLOCKS: Final = f"{_MESSAGE}.thinking_blocks"
_SIGNATURE: Final = f"{_BLOCKS}[].signature"
_INPUT: Final = "usage.prompt_tokens"
_OUTPUT: Final = "usage.completion_tokens"
_REASONING: Final = "usage.completion_tokens_details.reasoning_tokens"
_CACHED: Final = "usage.prompt_tokens_details.cached_tokens"
_CACHE_READ: Final = "usage.cache_read_input_tokens"
_OTHER_CONTENT: Final = tuple(
    f"{_MESSAGE}.{name}" for name in ("parts", "text", "outputText", "generation", "completion", "refusal")
)
_OTHER_SIGNED: Final = tuple(f"{_MESSAGE}.{name}" for name in ("reasoning_details", "reasoning_items"))
_SHAPE: Final = (
    *("id", "model", f"{_CHOICE}.finish_reason", f"{_CHOICE}.type", _CONTENT, *_OTHER_CONTENT, *_OTHER_SIGNED),
    *(_SIGNATURE, f"{_BLOCKS}[].reasoningContent", _INPUT, _OUTPUT, _REASONING, _CACHED, _CACHE_READ),
)
_PATHS: Final = {
    "reply_text": _CONTENT,
    "reasoning_out": _SIGNATURE,
    "finish_reasons": f"{_CHOICE}.finish_reason",
    "response_id": "id",
    "response_model": "model",
}
_MISSING: Final = (Kind.ABSENT, Kind.NULL)
_TEXT: Final = (Kind.TEXT, Kind.ESCAPED)
_LONGEST_SIGNATURE: Final = 96  # a longer one is stored as its digest: left to the row path

_Mask = npt.NDArray[np.bool_]


class _Plain(NamedTuple):
    """Which rows are plain; the other two hold among these alone."""

    rows: _Mask
    signed: _Mask
    """With one signature that is stored as it is."""


def scanned_replies(
    found: Any, read_one: Callable[[Any], Reply], redacted: str, wanted: Wanted = EVERY_FIELD
) -> dict[str, Any] | None:
    """Columns by the names of `Reply`, without usage, and of `Usage`; None for a column that holds no text.

    `read_one` reads a text that is not plain; `redacted` is the text that stands for no content. Text that is not
    `wanted` is not copied.
    """
    texts = as_spans(found)
    if texts is None:
        return None
    spans = scan_objects(texts, shape_of(_SHAPE))
    plain = _plain(texts, spans)
    columns = _columns(texts, spans, plain, redacted, wanted)
    odd = np.flatnonzero(texts.valid & ~plain.rows)
    read = by_row(found, odd, read_one)
    whole = {name: replaced(column, odd, [getattr(reply, name) for reply in read]) for name, column in columns.items()}
    return whole | _usage(texts, spans, plain.rows, (odd, [reply.usage for reply in read]))


def _plain(texts: Texts, spans: Spans) -> _Plain:
    def of(path: str, *allowed: Kind) -> _Mask:
        return among(spans.kind(path), *allowed)

    usual = of(_CHOICE, Kind.OBJECT) & of(_MESSAGE, Kind.OBJECT) & of(_CONTENT, *_TEXT, *_MISSING)
    for path in ("id", "model", f"{_CHOICE}.finish_reason"):
        usual &= of(path, *_MISSING, *_TEXT)
    usual &= of("usage", *_MISSING, Kind.OBJECT)
    # What is more than one text goes another way through `read_reply`, which looks for more: it must find nothing.
    more = of(_CONTENT, *_MISSING) | ~of(_BLOCKS, Kind.ABSENT)
    for path in _OTHER_SIGNED:
        usual &= of(path, *_MISSING)
        more |= of(path, Kind.NULL)
    has_blocks = ~of(_BLOCKS, *_MISSING)
    looked = of("usage", Kind.OBJECT) & ~of(_INPUT, Kind.ABSENT) & of(f"{_CHOICE}.type", Kind.ABSENT)
    for path in ("id", "model", f"{_CHOICE}.finish_reason"):
        looked &= of(path, *_TEXT) & (_lengths(spans, path) > 2)
    for path in _OTHER_CONTENT:
        looked &= of(path, *_MISSING)
    signed = has_blocks & of(_SIGNATURE, Kind.TEXT) & of(f"{_BLOCKS}[]", Kind.OBJECT)
    signed &= of(f"{_BLOCKS}[].reasoningContent", Kind.ABSENT) & _is_short_signature(texts, spans)
    rows = usual & (~more | (looked & (signed | ~has_blocks)))
    return _Plain(rows, rows & signed)


def _lengths(spans: Spans, path: str) -> npt.NDArray[np.int64]:
    node = spans.shape.nodes[path]
    lengths: npt.NDArray[np.int64] = spans.ends[:, node] - spans.starts[:, node]
    return lengths


def _is_short_signature(texts: Texts, spans: Spans) -> _Mask:
    """Whether the signature is not empty and stands for itself: short, and of printable ASCII."""
    lengths = _lengths(spans, _SIGNATURE) - 2
    short = (lengths > 0) & (lengths <= _LONGEST_SIGNATURE)
    if not short.any():
        return short
    column = field_text(texts, spans, _SIGNATURE)
    printable = pc.fill_null(pc.and_(pc.string_is_ascii(column), pc.ascii_is_printable(column)), False)  # noqa: FBT003
    is_printable: _Mask = printable.to_numpy(zero_copy_only=False)
    return short & is_printable


def _columns(texts: Texts, spans: Spans, plain: _Plain, redacted: str, wanted: Wanted) -> dict[str, Any]:
    columns = {
        name: _text_where(texts, spans, path, plain.signed if name == "reasoning_out" else plain.rows)
        if name in wanted
        else pa.nulls(len(spans.kinds), pa.string())
        for name, path in _PATHS.items()
    }
    said = columns["reply_text"].cast(pa.large_string())
    withheld = pc.equal(said, pa.scalar(redacted, said.type))
    return columns | {"reply_text": pc.if_else(withheld, pa.scalar(None, said.type), said)}


def _text_where(texts: Texts, spans: Spans, path: str, rows: _Mask) -> Any:
    """A string field of the plain rows; empty is missing."""
    node = spans.shape.nodes[path]
    kinds = np.where(rows & (_lengths(spans, path) > 2), spans.kinds[:, node], np.uint8(Kind.ABSENT))
    return gathered(texts.data, spans.starts[:, node], spans.ends[:, node], kinds)


def _usage(
    texts: Texts, spans: Spans, plain: _Mask, others: tuple[npt.NDArray[np.int64], list[Usage]]
) -> dict[str, Any]:
    """Token counts: those of plain rows out of the spans, unless the usage object is an unusual one."""
    usual = plain & among(spans.kind(_INPUT), Kind.INT, Kind.NULL)
    counts = {}
    for path in (_INPUT, _OUTPUT, _REASONING, _CACHED, _CACHE_READ):
        kinds = spans.kind(path)
        is_count = among(kinds, Kind.INT) & are_short(spans, path)
        values = field_integers(texts, spans, path)
        usual &= among(kinds, Kind.ABSENT, Kind.NULL) | (is_count & (values >= 0))
        counts[path] = (values, is_count)
    cached, has_cached = counts[_CACHED]
    read, has_read = counts[_CACHE_READ]
    counts[_CACHED] = (np.where(has_cached, cached, read), has_cached | has_read)
    paths = (_INPUT, _OUTPUT, _REASONING, _CACHED)
    columns = {
        name: masked_integers(counts[path][0], counts[path][1] & usual)
        for name, path in zip(Usage._fields, paths, strict=True)
    }
    unusual = np.flatnonzero(plain & ~usual & among(spans.kind("usage"), Kind.OBJECT))
    found = [
        read_usage(orjson.loads(texts.data[slice(*spans.span("usage", row))].tobytes())) for row in unusual.tolist()
    ]
    for rows, usages in (others, (unusual, found)):
        columns = {
            name: replaced(column, rows, [getattr(usage, name) for usage in usages]) for name, column in columns.items()
        }
    return columns
