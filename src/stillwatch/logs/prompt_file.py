"""Read a public prompt set: JSON Lines, JSON, CSV, Parquet or text lines, compressed or not; one prompt a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.logs.entries import TEXT_FIELD, entries
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROMPT_COLUMNS: Final = (
    *("prompt", "question", "instruction", "problem", "input", "query", "text", "content", "goal", "message"),
    *("prompt_text", "user", "task"),
)
"""Names of the column that holds the prompt, the surest first."""


def read_prompts(path: Path, column: str | None) -> Iterator[str]:
    """Every prompt of the file, blank ones left out.

    `column` names the field that holds it, with dots for fields of objects (`source.question`); None takes the first of
    `PROMPT_COLUMNS` that the records have. A list of messages gives the first one of the user.

    Raises:
        InputError: No record has the column, or the file cannot be read to its end.
    """
    log, found, seen = RejectLog(), False, set[str]()
    for block in open_blocks(path):
        if block.fault:
            raise InputError(block.fault, where=str(path), mend="fetch the file again: a part of a set is not the set")
        for _, _, _, record in entries(block, Limits(), log):
            seen.update(list(record)[:50])
            text = _prompt_of(record, column)
            found = found or text is not None
            if text is not None and text.strip():
                yield text
    if not found:
        raise InputError(
            f"no column {column!r}" if column else "no column holds a prompt",
            where=str(path),
            mend=f"name it with --column; the file has: {', '.join(sorted(seen)[:20]) or 'no record'}",
        )


def _prompt_of(record: Mapping[str, Any], column: str | None) -> str | None:
    if column is not None:
        return _text_of(_walked(record, column))
    if TEXT_FIELD in record:
        return _text_of(record[TEXT_FIELD])
    values = (_text_of(record[name]) for name in (*PROMPT_COLUMNS, "messages", "conversations") if name in record)
    return next((value for value in values if value is not None), None)


def _walked(record: Mapping[str, Any], column: str) -> Any:
    if column in record:
        return record[column]
    value: Any = record
    for name in column.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text_of(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        said = (one for one in value if isinstance(one, dict) and one.get("role", one.get("from")) in ("user", "human"))
        return next((_text_of(one.get("content", one.get("value"))) for one in said), None)
    return None
