"""A composed log out of balance: one system text on half of its rows, one account with a tenth of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evaluation.compose import Composed, Layout, compose
from stillwatch.evaluation.library import find_scenario

if TYPE_CHECKING:
    from pathlib import Path

_HEAVY_ACCOUNT = "acct-of-a-tenth"
_KEYED_SHARE, _HEAVY_SHARE = 0.5, 0.1
_TEXT = (
    "You answer in the voice of the harbour office and name the berth, the tide and the pilot on duty in each reply."
)
_IDENTITIES = ("account_id", "api_key_id", "user_id")
"""Any of them may be the one that counts as the account."""


def compose_skewed(folder: Path, scenario: str, scale: float) -> Composed:
    """Compose a scenario in stillwatch's own columns, then write over the system text or account of drawn rows."""
    made = compose(
        find_scenario(scenario).scaled(scale), folder, seed=1, corpora=None, layout=Layout(format="exchange")
    )
    for log in made.logs:
        pq.write_table(_skewed(pq.read_table(log)), log)
    return made


def _skewed(table: pa.Table) -> pa.Table:
    drawn = np.random.default_rng(3).random((2, table.num_rows))
    is_keyed, is_heavy = (pa.array(row < share) for row, share in zip(drawn, (_KEYED_SHARE, _HEAVY_SHARE), strict=True))
    written = [("system_text", is_keyed, _TEXT), *((name, is_heavy, _HEAVY_ACCOUNT) for name in _IDENTITIES)]
    for name, mask, value in written:
        column = pc.if_else(mask, pa.scalar(value), table[name].cast(pa.string()))
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table
