"""A composed campaign, from the exchange that a gateway logs to the request that is denied; and nobody else's."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from litellm_proxy import PYTHON

from exchange_log import quiet
from stillwatch.core.decision import Action
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.feed import Feed, FeedSettings
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.service.guarding.guard_settings import GuardSettings
from stillwatch.service.guarding.open_guard import open_guard
from stillwatch.service.range_compose import Wanted, range_compose
from stillwatch.service.settings import ScanSettings
from stillwatch.service.watch import WatchSettings, watch
from stillwatch.wire.headers import Headers

ROOT = Path(__file__).parents[3]
POLICY = """
version = "1"
mode = "enforce"
[[rule]]
name = "operators"
roles = ["operator"]
keys = ["account", "api_key"]
least_confidence = 0.9
respond = "block"
"""
BATCH = 500


def test_what_is_fed_is_watched_and_stopped_and_honest_customers_are_not(tmp_path):
    composed = range_compose(Wanted(scenario="hand_over", seed=3, scale=0.1), tmp_path / "range")
    lines = [line for file in composed.logs for line in file.read_bytes().splitlines()]
    feed = Feed(FeedSettings(out=tmp_path / "feed"), clock=lambda: 0.0)
    for start in range(0, len(lines), BATCH):
        body = b"[" + b",".join(lines[start : start + BATCH]) + b"]"
        assert feed.answer(Asked("POST", "/litellm", "", Headers(), body, is_whole=True, peer="")).status == 200
    scanned = ScanSettings(
        logs=(str(tmp_path / "feed"),),
        store=tmp_path / "store",
        accounts=composed.accounts_path,
        authorised=composed.authorised_path,
        workers=1,
    )
    settings = WatchSettings(scan=scanned, out=tmp_path / "live", is_once=True)
    list(watch(settings, clock=lambda: datetime.now(UTC), sleep=lambda _: None, progress=quiet))
    (tmp_path / "policy.toml").write_text(POLICY)
    files = GuardSettings(policy=tmp_path / "policy.toml", standings=(tmp_path / "live" / "standings.bin",))
    opened = open_guard(files, clock=lambda: datetime.now(UTC).timestamp(), say=lambda _: None)
    opened.follow()
    asked = {
        (one["user_api_key_user_id"], one["user_api_key_hash"])
        for line in lines
        for one in [json.loads(line)["metadata"]]
    }
    at = datetime.now(UTC).timestamp()
    denied = {
        account
        for account, key in asked
        if opened.guard.check(RequestFacts("", at, api_key_id=key)).action is Action.BLOCK
    }
    opened.close()
    truth = pq.read_table(composed.truth_path, columns=["account_id", "label"]).to_pylist()
    harvesters = {one["account_id"] for one in truth if one["label"] == "campaign"}
    assert len(denied & harvesters) >= 0.8 * len(harvesters)
    assert denied - harvesters == set()


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="LiteLLM is not installed; `make test` installs it")
def test_a_campaign_is_stopped_in_litellms_proxy(tmp_path):
    """As benchmarks/guard_end_to_end.py is run for the figures, though for a day of live traffic alone."""
    result = tmp_path / "result.json"
    options = ["--live-from-h", "60", "--until-h", "84", "--work", tmp_path / "work", "--result", result]
    subprocess.run([sys.executable, ROOT / "benchmarks" / "guard_end_to_end.py", *map(str, options)], check=True)  # noqa: S603
    found = json.loads(result.read_bytes())
    assert found["campaign_exchanges_denied"] > 0
    assert found["served_share"] < 0.35
    assert (found["honest_accounts_denied"], found["honest_requests_denied"]) == (0, 0)
