"""Keep the rows of the keys that tie accounts: what groups are fetched by, a third of what the sieve lets pass.

The sieve can only tell that a key may be on enough accounts; once the uses are counted it is known, and every later
look at the key table reads these rows alone.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.sketching import KEY_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

_CLOSING: Final = "files.json"
"""Written last: a folder without it is not whole."""


def kept_ties(out: Path) -> list[str] | None:
    """The files that an earlier call wrote to `out`; None where it did not come to its end."""
    closing = out / _CLOSING
    return [str(out / name) for name in json.loads(closing.read_text())] if closing.exists() else None


def keep_ties(paths: Sequence[str], out: Path, shared: npt.NDArray[np.int64]) -> list[str]:
    """Write the rows of the `shared` keys, shape (k,), to files under `out`; signed reasoning blocks are kept whole."""
    out.mkdir(parents=True, exist_ok=True)
    keys = pc.unique(pa.array(shared))
    written = []
    for number, path in enumerate(paths):
        table = pq.read_table(path, columns=KEY_SCHEMA.names)
        is_block = pc.greater_equal(table["kind"], int(KeyKind.REASONING_IN))
        rows = table.filter(pc.or_(is_block, pc.is_in(table["share_key"], value_set=keys)))
        file = out / f"{number}.parquet"
        _write(rows, file)
        written.append(file)
    return close_ties([str(file) for file in written], out)


def close_ties(files: Sequence[str], out: Path) -> list[str]:
    """Say that `files`, written to `out`, are all that there are; give them back."""
    (out / _CLOSING).write_text(json.dumps([Path(file).name for file in files]))
    return list(files)


def _write(rows: pa.Table, file: Path) -> None:
    temporary = file.with_suffix(f".{os.getpid()}.tmp")  # another scan may write the same rows
    pq.write_table(rows, temporary, compression="lz4", use_dictionary=["kind", "account_key"])
    temporary.replace(file)
