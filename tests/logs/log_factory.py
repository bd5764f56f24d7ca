"""A tiny format, records of it, and the whole way from a file to what was parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.logs.choice import Choice
from stillwatch.logs.file_blocks import Block, open_blocks
from stillwatch.logs.format import Case, Format, Part, Record, Row
from stillwatch.logs.limits import Limits
from stillwatch.logs.parse import Parsed, parse_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def _read(record: Record) -> Iterator[Row | Part]:
    if "boom" in record:
        raise KeyError("boom")
    if "half" in record:
        yield Part("note", record["half"], record.get("sequence", 0), {}, {}, needs_more=True)
    elif record.get("note") != "skip me":
        if "note" not in record:
            raise ValueError("no note")
        yield {"started_at": record.get("at"), "prompt_text": record["note"], "source": "notes"}


NOTES = Format(
    name="notes",
    title="Notes",
    matches=lambda record: "note" in record,
    read=_read,
    cases=(Case(name="a note", records=({"at": 1, "note": "Hi"},), rows=({"started_at": 1, "prompt_text": "Hi"},)),),
)


def note(number: int, text: str = "Why is the sky blue?") -> dict[str, Any]:
    return {"at": 1_772_355_600_000_000_000 + number, "note": text}


def json_lines(*records: Any) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


def log_of(records: Sequence[Record]) -> bytes:
    """A file of these records: of text lines where they are such."""
    if all("_line" in record for record in records):
        return "\n".join(record["_line"] for record in records).encode()
    return json_lines(*records)


def written(folder: Path, content: bytes, name: str = "log") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def blocks_of(folder: Path, content: bytes, **limits: int) -> list[Block]:
    return list(open_blocks(written(folder, content), **limits))


def parsed_all(path: Path, limits: Limits | None = None, block_bytes: int = 1 << 24) -> list[Parsed]:
    limits = limits or Limits()
    blocks = open_blocks(path, block_bytes=block_bytes, max_record_bytes=limits.max_record_bytes)
    return [parse_with(block, Choice.forced(NOTES), limits) for block in blocks]


def notes_in(parsed: list[Parsed]) -> list[str]:
    return [text for one in parsed for batch in one.batches for text in batch.column("prompt_text").to_pylist()]


def reasons_in(parsed: list[Parsed]) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for one in parsed:
        for reason, count in one.rejects.counts.items():
            reasons[reason] = reasons.get(reason, 0) + count
    return reasons


def lines_in(parsed: list[Parsed]) -> list[tuple[str, int]]:
    return [
        (reason, example.line) for one in parsed for reason, found in one.rejects.examples.items() for example in found
    ]
