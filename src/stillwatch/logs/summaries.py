"""What a store remembers of itself: answers to questions that look at every exchange, kept until the parts change.

A scan asks the same dozen questions of the whole log whatever its settings are; on a log of millions of exchanges they
are most of what a second scan would do. An answer is a small table (rows an account, a key or a pair, never text), kept
under the digest of what it was computed from: the parts as they lie there, the queries, and the version of this file;
and, for a window that leaves something out, under a second one of its bounds. Each is written as soon as it is there,
so a scan that was killed goes on from the last one when it is begun again, on either engine. Whatever cannot be read or
written is computed as if nothing were kept.

    STORE/summaries/DIGEST/NAME-QUESTION.parquet
    STORE/summaries/DIGEST-BOUNDS/...               the same for a span of time or a part of the accounts
    STORE/summaries/DIGEST/ties/                    the rows of the keys that tie accounts (`key_ties`)
"""

from __future__ import annotations

import json
import os
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from stillwatch.logs.store import Store

_VERSION: Final = 3
"""Raise it when code that computes an answer, other than the queries, gives another one."""
FOLDER: Final = "summaries"


class Summaries:
    """The answers of one state of a store."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        """None = nothing is kept."""

    def answer(self, name: str, settings: Mapping[str, Any] | None, make: Callable[[], pa.Table]) -> pa.Table:
        """The kept answer to a question, or a new one, which is kept; `settings` are what it depends on."""
        if self.folder is None:
            return make()
        question = xxhash.xxh3_64_hexdigest(json.dumps(dict(settings or {}), sort_keys=True).encode())
        file = self.folder / f"{name}-{question}.parquet"
        try:
            return pq.read_table(file, memory_map=True)
        except (OSError, pa.ArrowException):
            table = make()
        _keep(file, table)
        return table


def summaries_of(store: Store, *bounds: int | bytes | None) -> Summaries:
    """What is kept of the store as it is now; `bounds` tell what of it is looked at, None or nothing = all."""
    name = _digest(store)
    if any(bound is not None for bound in bounds):
        name += f"-{xxhash.xxh3_64_hexdigest(repr(bounds).encode())}"
    return Summaries(store.root / FOLDER / name)


def drop_summaries(store: Store, *, but_current: bool = False) -> None:
    """Forget what was computed from parts that are no more; everything unless told to keep what still holds."""
    current = _digest(store) if but_current else ""
    for folder in (store.root / FOLDER).glob("*"):
        if folder.name.partition("-")[0] != current:
            shutil.rmtree(folder, ignore_errors=True)


def _digest(store: Store) -> str:
    state = xxhash.xxh3_128(f"{_VERSION}\x00{store.settings}".encode())
    for query in sorted(files("stillwatch.logs.queries").iterdir(), key=lambda one: one.name):
        if query.name.endswith(".sql"):
            state.update(query.read_bytes())
    for name, part in sorted(store.parts().items()):
        state.update(f"{name}\x00{part.number}".encode())
        # Erasure rewrites a part under its name.
        for table in ("exchanges", "keys", "names"):
            file = store.root / table / f"{name}.parquet"
            if file.exists():
                status = file.stat()
                state.update(f"{status.st_size}\x00{status.st_mtime_ns}".encode())
    return state.hexdigest()


def _keep(file: Path, table: pa.Table) -> None:
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, temporary, compression="lz4")
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
