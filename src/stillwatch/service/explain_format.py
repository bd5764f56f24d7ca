"""Say what log files are, and what they could and could not show.

explain_format("logs/")[0].formats  # ("litellm_payload",)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.campaign import Family
from stillwatch.core.errors import InputError
from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.core.format_info import MOST_FILES, Explanation
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.files import expand
from stillwatch.logs.parse import parse_block
from stillwatch.logs.recognise import recognise_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.logs.parse import Parsed

_ROWS_TRIED: Final = 1000
_BLOCK_BYTES: Final = 1 << 20
_FEEDS: Final = {
    Family.CONTENT: ("prompt_text", "system_text", "tools", "reasoning_in", "reasoning_out"),
    Family.TIMING: ("started_at",),
    Family.SUCCESSION: ("chain_self", "chain_parent", "status_code"),
    Family.INFRASTRUCTURE: ("client_address", "user_agent", "header_order", "tls_ja3", "tls_ja4"),
    Family.PARAMETERS: ("params",),
}
"""Columns that feed each family; registration comes from the accounts file and from no log."""


def explain_format(log: str) -> tuple[Explanation, ...]:
    """Look at the first records of each file that `log` (a file, a folder or a pattern) means, at most `MOST_FILES`.

    Raises:
        InputError: `log` means no file.
    """
    return tuple(_explain(path) for path in expand((log,))[:MOST_FILES])


def _explain(path: Path) -> Explanation:
    plain = Explanation(
        path=str(path),
        size_bytes=path.stat().st_size,
        container="",
        formats=(),
        records=0,
        unmatched=0,
        exchanges=0,
        is_pieces=False,
        columns={},
        evidence={},
        rejects={},
        mapping="",
        problem="",
    )
    try:
        found = recognise_file(path)
        parsed = _first_block(path, found.formats) if found.formats else None
    except InputError as error:
        return replace(plain, problem=str(error))
    seen = replace(
        plain,
        container=found.container.value,
        formats=found.formats,
        records=found.records,
        unmatched=found.unmatched,
        mapping=found.proposal,
        problem="" if found.formats else _no_format(found.records),
    )
    return seen if parsed is None else replace(seen, **_filled(parsed))


def _no_format(records: int) -> str:
    if not records:
        return "the file holds no record that can be read"
    return "no known format; save the proposed mapping, check it, and pass it with --mapping FILE"


def _first_block(path: Path, names: tuple[str, ...]) -> Parsed | None:
    block = next(iter(open_blocks(path, block_bytes=_BLOCK_BYTES)), None)
    return None if block is None else parse_block(block, names)


def _filled(parsed: Parsed) -> dict[str, Any]:
    rows = list(islice(_rows(parsed), _ROWS_TRIED))
    filled = Counter(name for row in rows for name, value in row.items() if _says_something(name, value))
    columns = {field.name: round(filled[field.name] / len(rows), 4) for field in EXCHANGE_FIELDS if filled[field.name]}
    fed = {str(family): tuple(name for name in names if name in columns) for family, names in _FEEDS.items()}
    return {
        "exchanges": len(rows),
        "is_pieces": bool(parsed.parts),
        "columns": columns,
        "evidence": {family: names for family, names in fed.items() if names},
        "rejects": dict(parsed.rejects.counts),
    }


def _rows(parsed: Parsed) -> Iterator[dict[str, Any]]:
    whole = (row for batch in parsed.batches for row in batch.slice(0, _ROWS_TRIED).to_pylist())
    return chain(whole, ({**part.row, **part.text_pieces} for part in parsed.parts))


def _says_something(name: str, value: Any) -> bool:
    return value is not None and value != "" and not (name in ("chain_self", "chain_parent") and value == 0)
