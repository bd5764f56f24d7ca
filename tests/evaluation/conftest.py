"""Compose small logs and read them back."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.scenario import read_scenario

# Test modules are imported by path, so the factory beside this file has to be made importable by hand.
sys.path.insert(0, str(Path(__file__).parent))

DATA = Path(__file__).parents[3] / "shared" / "data"


def read_records(paths):
    for path in paths:
        raw = path.read_bytes()
        yield from map(json.loads, (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines())


@pytest.fixture
def composed(tmp_path):
    """A function: populations as tables → records, truth rows and accounts, side by side."""

    def build(*populations, seed=1, corpora=None, layout=None, **scenario):
        table = {"name": "test", "population": list(populations), **scenario}
        out = tmp_path / f"log-{len(list(tmp_path.iterdir()))}"
        made = compose(read_scenario(table, where="test"), out, seed=seed, corpora=corpora, layout=layout or Layout())
        records = list(read_records(made.logs)) if made.logs[0].suffix != ".parquet" else []
        truth = pq.read_table(made.truth_path).to_pylist()
        accounts = {row["account_id"]: row for row in pa_csv.read_csv(made.accounts_path).to_pylist()}
        pairs = list(zip(records, truth, strict=False))
        of = {one["name"]: [(r, t) for r, t in pairs if t["population"] == one["name"]] for one in populations}
        return SimpleNamespace(made=made, records=records, truth=truth, accounts=accounts, of=of)

    return build


@pytest.fixture
def corpora():
    if not (DATA / "prompts").is_dir():
        pytest.skip("../shared/data is not here: real prompt sets are never copied into the project")
    return DATA
