"""A scan on Spark finds what one on DuckDB finds, in composed logs of several kinds, and through the command."""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "logs"))
from local_spark import local_spark, why_missing

from exchange_log import scanned
from stillwatch.detection.spread_group_tests import Workers
from stillwatch.faces.cli.exits import FOUND
from stillwatch.faces.cli.main import cli
from stillwatch.logs.store import Store
from stillwatch.service import look
from stillwatch.service.range_compose import Wanted, range_compose
from stillwatch.service.settings import EngineChoice

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]
SPARK = EngineChoice(name="spark")


@pytest.fixture(scope="module")
def session():
    with local_spark() as made:
        yield made


@pytest.mark.parametrize("scenario", ["rate_026", "replay", "hand_over"])
@pytest.mark.usefixtures("session")
def test_both_engines_find_the_same_in_all_of_a_log_and_in_a_span_of_it(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(look, "Workers", partial(Workers, least_cost=0))  # or no executor would test any group
    made = range_compose(Wanted(scenario=scenario, seed=1, scale=0.1), tmp_path)
    beside = {"accounts": made.accounts_path, "authorised": made.authorised_path, "keeps_summaries": False}
    scanned(tmp_path / "store", made.logs, **beside)
    parts = Store.open(tmp_path / "store").parts().values()
    first, last = min(one.first_at for one in parts), max(one.last_at for one in parts)
    for span in ({}, {"since": first + (last - first) // 4}):
        expected = scanned(tmp_path / "store", **beside, **span)
        found = scanned(tmp_path / "store", engine=SPARK, **beside, **span)
        assert found.run.complete, found.run.warnings
        assert found == expected


@pytest.mark.usefixtures("session")
def test_the_command_asks_spark_and_what_it_keeps_serves_both(small_scan, tmp_path):
    shutil.copytree(small_scan.settings.store, tmp_path / "store")
    shutil.rmtree(tmp_path / "store" / "summaries", ignore_errors=True)
    told = []
    for engine in (["spark", "--spark-conf", "spark.sql.shuffle.partitions=3"], ["duckdb"], ["spark"]):
        asked = ["scan", "--store", str(tmp_path / "store"), "--out", str(tmp_path / "out"), "--json", "--quiet"]
        asked += ["--accounts", str(small_scan.settings.accounts), "--authorised", str(small_scan.settings.authorised)]
        done = CliRunner().invoke(cli, [*asked, "--engine", *engine], standalone_mode=False)
        assert done.return_value == FOUND, done.output
        told.append(json.loads(done.stdout)["campaigns"])
        ties = list((tmp_path / "store" / "summaries").glob("*/ties/*.parquet"))
        assert ties
        assert {one.name.partition("-")[0] for one in ties} == {"part"}
    assert told[0] == told[1] == told[2]
