"""Keys of the conversation: where an exchange stands in it, and which signed reasoning blocks it hands in and out.

Sees: the same conversation going on, on whichever account; one reasoning block handed in by another account.
Why: a fleet that is throttled hands its conversation to the next account; replayed reasoning crosses sessions.
Looks the same: a customer whose client fails over to a second key after a 5xx, friends sharing an export.
Evaded by: never handing over, at the price of throwing away each throttled request.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.hashing import hash_text
from stillwatch.logs.sketch import Keys, Sketch, SketchCase, Sketched


def _blocks(column: pa.Array, kind: KeyKind, salt: int) -> Keys:
    present = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    lists = pc.split_pattern(column.take(pa.array(present)), "\n")
    rows = np.repeat(present, pc.list_value_length(lists).to_numpy(zero_copy_only=False))
    keys = hash_text(lists.flatten(), salt)
    kept = keys != 0
    return Keys(np.full(int(kept.sum()), kind, np.int8), rows[kept].astype(np.int32), keys[kept])


def _salted(column: pa.Array, salt: int) -> pa.Array:
    values = column.fill_null(0).to_numpy(zero_copy_only=False)
    mark = np.array([salt & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64).view(np.int64)[0]
    return pa.array(np.where(values == 0, 0, values ^ mark))


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    handed_in = _blocks(batch.column("reasoning_in"), KeyKind.REASONING_IN, salt)
    handed_out = _blocks(batch.column("reasoning_out"), KeyKind.REASONING_OUT, salt)
    columns = {
        "chain_self": _salted(batch.column("chain_self"), salt),
        "chain_parent": _salted(batch.column("chain_parent"), salt),
        "turn": batch.column("turn").fill_null(0),
    }
    joined = Keys(
        np.concatenate([handed_in.kind, handed_out.kind]),
        np.concatenate([handed_in.row, handed_out.row]),
        np.concatenate([handed_in.key, handed_out.key]),
    )
    return Sketched(columns, joined)


SKETCH = Sketch(
    name="conversation",
    reads=("chain_self", "chain_parent", "turn", "reasoning_in", "reasoning_out"),
    columns=("chain_self", "chain_parent", "turn"),
    compute=_compute,
    cases=(
        SketchCase(
            name="the same conversation at the same turn",
            left={"chain_self": 77},
            right={"chain_self": 77},
            column="chain_self",
            same=True,
        ),
        SketchCase(
            name="two reasoning blocks",
            left={"reasoning_in": "sig-a"},
            right={"reasoning_in": "sig-b"},
            column="",
            same=False,
        ),
        SketchCase(
            name="one block among several",
            left={"reasoning_in": "sig-a\nsig-b"},
            right={"reasoning_in": "sig-b"},
            column="",
            same=True,
        ),
    ),
)
