"""Whole logs: the same seed gives the same bytes, and nothing but the truth file tells the labels apart."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict

import pyarrow.parquet as pq
import pytest

from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.library import find_scenario

CAMPAIGN = {"name": "campaign", "kind": "harvest_fleet", "accounts": 6, "pace": {"per_day": 15}}
PEOPLE = {"name": "people", "kind": "chat_people", "accounts": 40}
APPS = {"name": "apps", "kind": "api_app", "accounts": 20, "pace": {"per_day": 12}}
TWIN = {"name": "twin", "kind": "declared_organisation", "work": {"prompts_of": "campaign"}}
SECRETS = re.compile(r"campaign|benign|twin|harvest_fleet|declared_organisation|chat_people|operator", re.IGNORECASE)


def digest(made):
    paths = [*made.logs, made.accounts_path, made.authorised_path]
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


@pytest.fixture
def log(composed):
    return composed(CAMPAIGN, PEOPLE, APPS, TWIN, days=3)


def test_the_same_seed_gives_the_same_bytes(composed):
    one, two, other = (composed(CAMPAIGN, PEOPLE, TWIN, days=2, seed=seed).made for seed in (1, 1, 2))
    assert digest(one) == digest(two)
    assert digest(one) != digest(other)


def test_records_stand_in_time_order_with_their_truth(log):
    times = [record["startTime"] for record in log.records]
    assert times == sorted(times)
    assert [record["litellm_call_id"] for record in log.records] == [row["exchange_id"] for row in log.truth]
    assert len(log.records) == log.made.exchanges == len({row["exchange_id"] for row in log.truth})


def test_no_record_names_its_label(log):
    for record in log.records:
        bare = {name: value for name, value in record.items() if name not in {"messages", "response"}}
        assert not SECRETS.search(json.dumps(bare))
    assert not SECRETS.search(log.made.accounts_path.read_text())


def test_ids_are_opaque_and_of_one_shape(log):
    assert all(re.fullmatch("[0-9a-f]{16}", key) for key in log.accounts)
    keys = sorted(log.accounts)
    campaign = {row["account_id"] for row in log.truth if row["label"] == "campaign"}
    places = [keys.index(key) / len(keys) for key in campaign]
    assert min(places) < 0.4
    assert max(places) > 0.6


def test_twins_and_campaigns_have_the_same_lengths(log):
    tokens = defaultdict(list)
    for record, row in zip(log.records, log.truth, strict=True):
        if record["completion_tokens"]:
            tokens[row["label"]].append(record["completion_tokens"])
    pairs = [(a, b) for a in tokens["campaign"] for b in tokens["twin"][:200]]
    auc = sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)
    assert 0.4 < auc < 0.6


def test_strangers_do_not_share_prompts_by_accident(log):
    holders = defaultdict(set)
    for record, row in zip(log.records, log.truth, strict=True):
        if row["label"] == "benign":
            holders[record["messages"][-1]["content"]].add(row["account_id"])
    assert sum(len(keys) > 1 for keys in holders.values()) < 0.01 * len(holders)


def test_a_tenth_to_a_third_of_honest_callers_sit_in_datacentres(composed):
    made = composed(APPS | {"accounts": 300, "pace": {"per_day": 1}}, days=3)
    inside = {row["account_id"] for record, row in zip(made.records, made.truth, strict=True)
              if record["requester_ip_address"].startswith("198.18.")}  # fmt: skip
    assert 0.1 < len(inside) / len(made.accounts) < 0.35


def test_a_later_turn_repeats_the_conversation(log):
    texts = {json.dumps(record["messages"]) for record in log.records}
    long = [record["messages"] for record in log.records if len(record["messages"]) >= 3]
    assert long
    for messages in long:
        assert messages[-2]["role"] == "assistant"
        if len(messages) % 2:
            assert json.dumps(messages[:-2]) in texts


def test_parquet_holds_the_same_records(composed):
    lines = composed(CAMPAIGN, PEOPLE, days=2)
    table = composed(CAMPAIGN, PEOPLE, days=2, layout=Layout(format="litellm_parquet")).made.logs[0]
    rows = pq.read_table(table).to_pylist()
    nested = (
        "metadata",
        "messages",
        "response",
        "error_information",
        "model_parameters",
        "hidden_params",
        "request_tags",
    )
    for row in rows:
        row.update({name: json.loads(row[name]) for name in nested if row[name] is not None})
    assert rows == lines.records


def test_files_share_the_log_and_the_last_may_be_compressed(composed):
    made = composed(PEOPLE, days=2, layout=Layout(files=3, compress_last=True))
    assert [path.suffix for path in made.made.logs] == [".jsonl", ".jsonl", ".gz"]
    assert len(made.records) == made.made.exchanges


def test_an_outage_hits_everybody(composed):
    outage = [{"start_day": 1.0, "hours": 12, "failed_share": 0.5}]
    made = composed(CAMPAIGN, APPS, days=2, incidents=outage)
    failed = {
        row["label"] for record, row in zip(made.records, made.truth, strict=True) if record["status"] == "failure"
    }
    assert failed == {"campaign", "benign"}


def test_progress_reaches_the_end(tmp_path):
    told = []
    scenario = find_scenario("small_fleet").scaled(0.03)
    made = compose(
        scenario, tmp_path, seed=1, corpora=None, layout=Layout(), progress=lambda *told_now: told.append(told_now)
    )
    assert told[0] == ("planning", 0, len(scenario.population))
    assert told[-1] == ("composing", made.exchanges, made.exchanges)


def test_the_judged_composition_in_small(corpora, tmp_path):
    made = compose(
        find_scenario("judged").scaled(0.03), tmp_path, seed=11, corpora=corpora, layout=Layout(format="exchange")
    )
    labels = pq.read_table(made.truth_path)["label"].to_pylist()
    assert {"campaign", "twin", "benign"} == set(labels)
