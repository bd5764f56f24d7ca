"""Which identity of a log is the account: the one that the accounts file knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.parse import parse_block
from stillwatch.logs.reading import Reading, formats_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from stillwatch.logs.sketching import Unit

    Identities = dict[Unit, list[Any]]

_CANDIDATES: Final[tuple[Unit, ...]] = ("account_id", "api_key_id", "user_id", "team_id", "org_id", "end_user_id")
FILES_TRIED: Final = 3
_BLOCK_BYTES: Final = 1 << 20
_LEAST_SHARE: Final = 0.2


def choose_unit(paths: Sequence[Path], accounts: pa.Table, reading: Reading) -> Unit | None:
    """Give the identity whose values the accounts file lists most often, or None where it lists hardly any.

    Looks at the first megabyte of the first files. The caller-written end user is the last choice.
    """
    return unit_of((identities_in(path, reading) for path in paths[:FILES_TRIED]), accounts)


def identities_in(path: Path, reading: Reading) -> Identities:
    """The identities in the first megabyte of a log, one of each kind an exchange; None where it names none."""
    found: Identities = {name: [] for name in _CANDIDATES}
    block = next(iter(open_blocks(path, block_bytes=_BLOCK_BYTES)), None)
    if block is None:
        return found
    parsed = parse_block(block, reading.format_name or formats_of(path, reading), reading.mapping)
    for name, values in found.items():
        for batch in parsed.batches:
            values.extend(batch.column(name).to_pylist())
        values.extend(part.row.get(name) for part in parsed.parts)
    return found


def unit_of(logs: Iterable[Identities], accounts: pa.Table) -> Unit | None:
    """As `choose_unit`, by what stands in the first files."""
    known = set(accounts["account_id"].to_pylist())
    hits, rows = dict.fromkeys(_CANDIDATES, 0), 0
    for log in logs:
        rows += len(log["account_id"])
        for name, values in log.items():
            hits[name] += sum(value in known for value in values)
    best = max(_CANDIDATES, key=lambda name: hits[name])
    if hits[best] < _LEAST_SHARE * max(1, rows) or hits[best] == hits["account_id"]:
        return None
    return best
