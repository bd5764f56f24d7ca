"""A scan on a real cluster gives what DuckDB gives, whatever happens to the cluster, and to a log out of balance."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from local_spark import why_missing
from skewed_log import compose_skewed
from spark_cluster import Cluster, spark_cluster

from exchange_log import scanned
from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.library import find_scenario
from stillwatch.logs.store import Store
from stillwatch.logs.summaries import FOLDER

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]

_STRAGGLERS = {
    "spark.speculation": "true",
    "spark.speculation.efficiency.enabled": "false",
    "spark.speculation.interval": "200ms",
    "spark.speculation.quantile": "0.5",
    "spark.speculation.task.duration.threshold": "5s",
}
"""A task that takes five seconds, or much longer than others, is begun elsewhere too; the first to end counts."""
_LITTLE_MEMORY = {
    "spark.memory.fraction": "0.02",
    "spark.buffer.pageSize": "64k",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}
"""Some ten megabytes of the gigabyte for what queries hold; joins by sorting need most."""


@pytest.fixture(scope="module")
def skewed(tmp_path_factory):
    """A store of a log out of balance, its accounts file, and what DuckDB finds in it."""
    folder = tmp_path_factory.mktemp("skewed")
    made = compose_skewed(folder / "log", "rate_026", 0.2)
    result = scanned(folder / "store", made.logs, accounts=made.accounts_path, keeps_summaries=False)
    return folder / "store", made.accounts_path, result


@pytest.fixture
def cluster(tmp_path):
    with spark_cluster(tmp_path) as made:
        yield made


def begin(cluster: Cluster, skewed, **conf: str) -> subprocess.Popen[bytes]:
    shutil.rmtree(skewed[0] / FOLDER, ignore_errors=True)
    return go_on(cluster, skewed, **conf)


def go_on(cluster: Cluster, skewed, *logs: str, **conf: str) -> subprocess.Popen[bytes]:
    store, accounts, _ = skewed
    command = [sys.executable, "-m", "stillwatch", "scan", "--engine", "spark", "--quiet", "--store", str(store), *logs]
    command += ["--accounts", str(accounts), "--out", str(cluster.folder / "out")]
    for name, value in cluster.settings(**conf).items():
        command += ["--spark-conf", f"{name}={value}"]
    log = (cluster.folder / "scan.log").open("wb")
    return subprocess.Popen(command, env=cluster.environment(), stdout=log, stderr=log)  # noqa: S603  # our own command


def assert_same(cluster: Cluster, running: subprocess.Popen[bytes], skewed) -> None:
    """The scan ends well and has the campaigns that DuckDB finds, with the same members on the same evidence."""
    assert running.wait() == 1, (cluster.folder / "scan.log").read_text()[-3000:]
    told = json.loads((cluster.folder / "out" / "campaigns.json").read_text())
    expected = skewed[2]
    assert told["run"]["complete"]
    assert told["run"]["exchanges"] == expected.run.exchanges
    found = [(one["id"], [member["account_id"] for member in one["members"]]) for one in told["campaigns"]]
    assert found == [(one.id, sorted(member.account_id for member in one.members)) for one in expected.campaigns]
    assert found


def test_the_log_is_out_of_balance(skewed):
    exchanges = pq.read_table(Store.open(skewed[0]).files("exchanges"), columns=["account_key", "system_key"])
    largest = {name: max(exchanges[name].value_counts().field("counts").to_pylist()) for name in exchanges.column_names}
    assert largest["system_key"] > 0.49 * len(exchanges)
    assert largest["account_key"] > 0.09 * len(exchanges)


def test_a_worker_that_dies_and_one_that_stands_still_change_nothing(cluster, skewed):
    running = begin(cluster, skewed, **_STRAGGLERS)
    cluster.wait_for("facet")
    with cluster.frozen(1):
        cluster.wait_for_speculation()
    cluster.wait_for("handover")
    cluster.kill(0)
    assert_same(cluster, running, skewed)
    ended = cluster.events("SparkListenerTaskEnd")
    assert any(task["Task Info"]["Speculative"] for task in ended)
    assert len(cluster.events("SparkListenerExecutorRemoved")) == 1


def test_a_worker_that_dies_while_logs_are_read_by_url_changes_nothing(cluster, tmp_path):
    scenario = find_scenario("rate_026").scaled(0.2)
    made = compose(scenario, tmp_path / "made", seed=1, corpora=None, layout=Layout(files=24))
    salt = tmp_path / "salt"
    salt.write_text("0123456789abcdef" * 4)
    result = scanned(tmp_path / "alone", made.logs, accounts=made.accounts_path, salt_file=salt)
    reached = (tmp_path / "store", made.accounts_path, result)
    running = go_on(cluster, reached, made.logs[0].parent.as_uri(), "--salt-file", str(salt))
    cluster.wait_for("read")
    cluster.kill(0)
    assert_same(cluster, running, reached)
    reasons = {task["Task End Reason"]["Reason"] for task in cluster.events("SparkListenerTaskEnd")}
    assert "ExecutorLostFailure" in reasons
    assert {entry.sha256 for entry in Store.open(reached[0]).inputs()} == {one.sha256 for one in result.run.inputs}


def test_a_scan_whose_driver_was_killed_goes_on_from_what_it_knew(tmp_path, skewed):
    cluster = Cluster(url="local[2]", folder=tmp_path)
    running = begin(cluster, skewed)
    cluster.wait_for("handover")
    running.kill()
    running.wait()
    asked = cluster.queries()
    assert {"duplicate", "account", "facet"} <= asked
    shutil.rmtree(tmp_path / "events")
    assert_same(cluster, go_on(cluster, skewed), skewed)
    assert not cluster.queries() & {"duplicate", "account", "facet"}
    assert "handover" in cluster.queries()


def test_results_that_do_not_fit_in_memory_go_to_disk_and_are_the_same(tmp_path, skewed):
    cluster = Cluster(url="local[2]", folder=tmp_path)
    assert_same(cluster, begin(cluster, skewed, **_LITTLE_MEMORY), skewed)
    ended = cluster.events("SparkListenerTaskEnd")
    assert sum(task["Task Metrics"]["Disk Bytes Spilled"] for task in ended) > 0
