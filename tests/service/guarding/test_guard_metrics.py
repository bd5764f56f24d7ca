"""What a guard has done, as Prometheus reads it; and the dashboard and alerts that read it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.feed import FeedCounts, metrics_of
from stillwatch.faces.gateway.worker_board import supervisor_metrics
from stillwatch.service.guarding.guard_metrics import GuardMetrics, Sample, log_samples, metric_names
from stillwatch.service.guarding.line_log import LineCounts

EXAMPLES = Path(__file__).parents[3] / "examples" / "guard"
FACTS = RequestFacts("r", 0.0, account_id="acct-1", client_address="203.0.113.9")
_VALUE = re.compile(r"^[a-z_]+(\{[a-z]+=\"[^\n]*\"\})? [0-9.e+-]+$")


def _noted(*decisions: Decision) -> dict[str, float]:
    metrics = GuardMetrics()
    for decision in decisions:
        metrics.note(FACTS, decision)
    lines = [line for line in metrics.text().splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


CASES = {
    "nothing known": (Decision(action=Action.ALLOW), 'action="allow",reason="none",mode="enforce"'),
    "a rule denies": (Decision(action=Action.BLOCK, rule="r"), 'action="block",reason="r",mode="enforce"'),
    "a rule only would": (
        Decision(action=Action.ALLOW, rule="r", shadowed=Action.BLOCK),
        'action="block",reason="r",mode="shadow"',
    ),
    "exempt": (Decision(action=Action.ALLOW, subject="red team"), 'action="allow",reason="exempt",mode="enforce"'),
    "failed": (Decision(action=Action.ALLOW, degraded=("failed: X",)), 'action="allow",reason="failed",mode="enforce"'),
    "a name with quotes": (
        Decision(action=Action.BLOCK, rule='a "b"\\\n'),
        'action="block",reason="a \\"b\\"\\\\\\n",mode="enforce"',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_decision_counts_once(name):
    decision, labels = CASES[name]
    found = {key: value for key, value in _noted(decision).items() if key.startswith("stillwatch_decisions_total")}
    assert found == {f"stillwatch_decisions_total{{{labels}}}": 1}


@pytest.mark.parametrize(("action", "name"), [(Action.ALLOW, "open"), (Action.BLOCK, "closed")])
def test_what_could_not_be_decided_on_is_counted_by_what_became_of_it(action, name):
    found = _noted(Decision(action=action, degraded=("failed: KeyError", "body: none")))
    assert found[f"stillwatch_fail_{name}_total"] == 1
    assert found["stillwatch_fail_open_total"] + found["stillwatch_fail_closed_total"] == 1
    assert found['stillwatch_degraded_total{missing="body: none"}'] == 1


def test_times_fall_into_buckets_that_add_up():
    metrics = GuardMetrics()
    for seconds in (1e-6, 2e-5, 0.002, 3.0):
        metrics.took(seconds)
    lines = metrics.text().splitlines()
    assert 'stillwatch_decision_seconds_bucket{le="5e-06"} 1' in lines
    assert 'stillwatch_decision_seconds_bucket{le="0.0025"} 3' in lines
    assert 'stillwatch_decision_seconds_bucket{le="+Inf"} 4' in lines
    assert "stillwatch_decision_seconds_count 4" in lines


def test_no_line_names_a_customer_and_each_can_be_read():
    metrics = GuardMetrics()
    metrics.note(FACTS, Decision(action=Action.BLOCK, rule="r", subject="c-1"))
    metrics.ask(lambda: [Sample("stillwatch_standings_rows", 7), *log_samples("decisions", LineCounts(written=3))])
    text = metrics.text()
    assert not {"acct-1", "203.0.113.9", "c-1"} & set(re.split(r'[" \n]', text))
    assert [line for line in text.splitlines() if not line.startswith("#") and not _VALUE.match(line)] == []
    assert text.count("# TYPE stillwatch_log_lines_total counter") == 1
    assert 'stillwatch_log_lines_total{log="decisions",fate="written"} 3' in text


def _known() -> set[str]:
    fed = FeedCounts(records={"litellm": 1}, rejected={"litellm": 1}, refused={"disk": 1})
    said = re.findall(r"^stillwatch_[a-z_]+", metrics_of(fed).decode() + supervisor_metrics(2, 0), re.MULTILINE)
    return {*metric_names(), "stillwatch_decision_seconds_bucket", *said}


@pytest.mark.parametrize("file", ["alerts.yml", "grafana-dashboard.json"])
def test_dashboard_and_alerts_name_metrics_that_exist(file):
    named = set(re.findall(r"stillwatch_[a-z_]+", (EXAMPLES / file).read_text()))
    assert named
    assert named - _known() == set()


def test_the_dashboard_is_whole():
    panels = json.loads((EXAMPLES / "grafana-dashboard.json").read_bytes())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(target["expr"] for panel in panels for target in panel["targets"])


def test_prometheus_takes_the_alerts():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool (Debian: prometheus) is not installed")
    done = subprocess.run([promtool, "check", "rules", EXAMPLES / "alerts.yml"], capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr.decode()
