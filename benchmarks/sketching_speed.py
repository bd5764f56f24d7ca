"""How many megabytes of prompt text one core sketches in a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.parse import parse_block
from stillwatch.logs.reading import Reading, formats_of
from stillwatch.logs.sketching import sketch_batch, sketches

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MOST_ROWS = 100_000
_LEAST_S = 3.0


def sketching_speed(log: Path) -> dict[str, Any]:
    """Time the whole of sketching, and each sketch by itself, on the first exchanges of a log.

    Counts processor time of all threads, so that it is speed per core on a busy machine too; the best of a few rounds.
    """
    batch = _batch(log)
    prompts = _text_bytes(batch, "prompt_text")
    whole = _best_s(lambda: sketch_batch(batch, salt=1, unit=None, content="sketch", first_no=0))
    alone = {one.name: _best_s(lambda one=one: one.compute(batch, 1)) for one in sketches()}  # type: ignore[misc]  # a default argument keeps the value of this round
    return {
        "exchanges": batch.num_rows,
        "prompt_bytes": prompts,
        "prompt_bytes_mean": round(prompts / batch.num_rows, 1),
        "system_bytes": _text_bytes(batch, "system_text"),
        "sketching_mb_s": round(prompts / whole / 1e6, 1),
        "sketch_mb_s": {name: round(prompts / spent / 1e6, 1) for name, spent in alone.items()},
    }


def _batch(log: Path) -> pa.RecordBatch:
    found: list[pa.RecordBatch] = []
    names = formats_of(log, Reading())
    for block in open_blocks(log):
        found.extend(parse_block(block, names).batches)
        if sum(batch.num_rows for batch in found) >= _MOST_ROWS:
            break
    return pa.Table.from_batches(found).combine_chunks().slice(0, _MOST_ROWS).to_batches()[0]


def _text_bytes(batch: pa.RecordBatch, name: str) -> int:
    return int(pc.sum(pc.binary_length(batch.column(name))).as_py() or 0)


def _best_s(call: Callable[[], object]) -> float:
    call()  # compile, and warm the caches
    best, began = float("inf"), time.perf_counter()
    while time.perf_counter() - began < _LEAST_S:
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best
