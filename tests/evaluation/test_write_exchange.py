"""Every output format is read back by our own readers as the same exchanges."""

import pyarrow as pa
import pytest

from stillwatch.evaluation.compose import Layout
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.parse import parse_block

POPULATIONS = (
    {"name": "campaign", "kind": "replay_fleet", "accounts": 4, "work": {"stage": "replay", "template": "shared"}},
    {"name": "agents", "kind": "coding_agent", "accounts": 6, "fate": {"limited_share": 0.1, "failed_share": 0.1}},
    {"name": "team", "kind": "declared_organisation", "work": {"prompts_of": "campaign"}},
    {"name": "aggregator", "kind": "reseller", "accounts": 1, "pace": {"per_day": 30}},
)
LOST = {
    "litellm_parquet": {"source"},
    "exchange": set(),
    "spendlogs": {"source", "extra"},
    "otel": {"source", "error_type", "cost_usd", "response_model", "extra", "is_batch"},
}
"""Columns that a format cannot carry, or carries in other words."""


@pytest.fixture(scope="module")
def read():
    def rows(path):
        blocks = list(open_blocks(path))
        batches = [batch for block in blocks for batch in parse_block(block).batches]
        return sorted(pa.Table.from_batches(batches).to_pylist(), key=lambda row: row["record_id"])

    return rows


@pytest.mark.parametrize("form", LOST)
def test_the_same_exchanges_whatever_the_format(composed, read, form):
    (expected,) = composed(*POPULATIONS, days=1).made.logs
    (written,) = composed(*POPULATIONS, days=1, layout=Layout(format=form)).made.logs
    wanted, got = read(expected), read(written)
    lost = LOST[form]
    assert [{k: v for k, v in row.items() if k not in lost} for row in got] == [
        {k: v for k, v in row.items() if k not in lost} for row in wanted
    ]
