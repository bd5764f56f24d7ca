"""Which identity of a log is the account: the one that the accounts file knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.parse import parse_block
from stillwatch.logs.reading import Reading, formats_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from stillwatch.logs.sketching import Unit

_CANDIDATES: Final[tuple[Unit, ...]] = ("account_id", "api_key_id", "user_id", "team_id", "org_id", "end_user_id")
_FILES_TRIED: Final = 3
_BLOCK_BYTES: Final = 1 << 20
_LEAST_SHARE: Final = 0.2


def choose_unit(paths: Sequence[Path], accounts: pa.Table, reading: Reading) -> Unit | None:
    """Give the identity whose values the accounts file lists most often, or None where it lists hardly any.

    Looks at the first megabyte of the first files. The caller-written end user is the last choice.
    """
    known = set(accounts["account_id"].to_pylist())
    hits = dict.fromkeys(_CANDIDATES, 0)
    rows = 0
    for path in paths[:_FILES_TRIED]:
        block = next(iter(open_blocks(path, block_bytes=_BLOCK_BYTES)), None)
        if block is None:
            continue
        parsed = parse_block(block, reading.format_name or formats_of(path, reading), reading.mapping)
        for batch in parsed.batches:
            rows += batch.num_rows
            for name in _CANDIDATES:
                hits[name] += sum(value in known for value in batch.column(name).to_pylist())
        for part in parsed.parts:
            rows += 1
            for name in _CANDIDATES:
                hits[name] += part.row.get(name) in known
    best = max(_CANDIDATES, key=lambda name: hits[name])
    if hits[best] < _LEAST_SHARE * max(1, rows) or hits[best] == hits["account_id"]:
        return None
    return best
