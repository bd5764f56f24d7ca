"""The defining property of every twin and of every campaign axis, seen in the composed log."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest

CAMPAIGN = {"name": "campaign", "kind": "harvest_fleet", "accounts": 8, "pace": {"per_day": 12}}
DAYS = 4


def account(record):
    return record["metadata"]["user_api_key_user_id"]


def asked(record):
    return [message["content"] for message in record["messages"] if message["role"] == "user"][-1]


def by_account(pairs, value):
    found = defaultdict(list)
    for record, _ in pairs:
        found[account(record)].append(value(record))
    return found


def twin(kind, **fields):
    return {"name": "twin", "kind": kind, "work": {"prompts_of": "campaign"}, **fields}


@pytest.fixture
def log_of(composed):
    def build(*populations, **scenario):
        return composed(CAMPAIGN, *populations, days=DAYS, **scenario)

    return build


def clock(record):
    return datetime.fromtimestamp(record["startTime"], UTC)


def test_rates_and_counts_are_as_declared(log_of):
    log = log_of()
    assert len(by_account(log.of["campaign"], account)) == 8
    assert len(log.of["campaign"]) == pytest.approx(8 * 12 * DAYS, rel=0.15)


def test_a_single_evaluator_runs_the_set_alone(log_of):
    log = log_of(twin("single_evaluator"))
    campaign_prompts = {asked(record) for record, _ in log.of["campaign"]}
    twin_prompts = [asked(record) for record, _ in log.of["twin"]]
    assert len(by_account(log.of["twin"], account)) == 1
    assert set(twin_prompts) == campaign_prompts


def test_a_declared_organisation_splits_the_work_in_the_open(log_of):
    log = log_of(twin("declared_organisation", accounts=4))
    keys = by_account(log.of["twin"], account)
    assert len(keys) == 4
    assert len({log.accounts[key]["organisation"] for key in keys} - {""}) == 1
    assert len({record["metadata"]["user_api_key_org_id"] for record, _ in log.of["twin"]}) == 1


def test_strangers_on_a_benchmark_share_prompts_and_nothing_else(log_of):
    log = log_of(twin("public_benchmark", accounts=6, work={"prompts_of": "campaign", "portion": [0.2, 0.5]}))
    prompts = by_account(log.of["twin"], asked)
    assert all(len(set(listed)) >= 0.95 * len(listed) for listed in prompts.values())
    assert max(Counter(prompt for listed in prompts.values() for prompt in set(listed)).values()) >= 3
    assert len({record["requester_ip_address"] for record, _ in log.of["twin"]}) == 6
    assert len({truth["operator_id"] for _, truth in log.of["twin"]}) == 6


def test_a_class_sits_behind_one_address_at_class_hours(log_of):
    log = log_of(twin("classroom", accounts=20))
    assert len({record["requester_ip_address"] for record, _ in log.of["twin"]}) == 1
    assert len({asked(record) for record, _ in log.of["twin"]}) == 12
    assert len({clock(record).hour for record, _ in log.of["twin"]}) <= 12


def test_strangers_share_a_popular_system_prompt(log_of):
    log = log_of({"name": "twin", "kind": "popular_agent", "accounts": 24})
    systems = by_account(log.of["twin"], lambda record: record["messages"][0]["content"])
    shared = Counter(system for listed in systems.values() for system in set(listed))
    assert len(shared) <= 4
    assert max(shared.values()) >= 4


@pytest.mark.parametrize("accounts", [1, 5])
def test_a_permitted_customer_stands_in_the_ledger(log_of, accounts):
    log = log_of(twin("permitted_customer", accounts=accounts))
    ledger = log.made.authorised_path.read_text()
    assert all(f'"{key}"' in ledger for key in by_account(log.of["twin"], account))
    assert not any(f'"{key}"' in ledger for key in by_account(log.of["campaign"], account))


def test_a_reseller_names_its_end_users(log_of):
    log = log_of({"name": "twin", "kind": "reseller"})
    assert len({record["end_user"] for record, _ in log.of["twin"]}) > 500
    assert {record["end_user"] for record, _ in log.of["campaign"]} == {""}


def test_nightly_ci_repeats_a_set_from_many_addresses(log_of):
    log = log_of(twin("nightly_ci"))
    assert len({asked(record) for record, _ in log.of["twin"]}) == 40
    assert len({clock(record).hour for record, _ in log.of["twin"]}) == 1
    assert len({record["requester_ip_address"] for record, _ in log.of["twin"]}) > 3


def test_university_judges_grade_pairs(log_of):
    log = log_of({"name": "twin", "kind": "university_judge", "work": {"source": ["grammar:maths"]}})
    assert all("[Answer A]" in asked(record) and "[Answer B]" in asked(record) for record, _ in log.of["twin"])
    assert max(record["completion_tokens"] for record, _ in log.of["twin"]) <= 64


def test_a_migrated_key_goes_on_where_the_old_one_stopped(log_of):
    log = log_of({"name": "twin", "kind": "key_migration"})
    old, new = sorted(by_account(log.of["twin"], lambda record: record["startTime"]).values(), key=min)
    assert max(old) <= min(new) + 60
    first_day = [moment for moment in new if moment < min(new) + 86_400]
    assert len(first_day) > 20


def test_fail_over_follows_server_errors_only(log_of):
    log = log_of({"name": "twin", "kind": "fail_over", "accounts": 3, "fate": {"failed_share": 0.1}})
    sessions = defaultdict(set)
    for record, _ in log.of["twin"]:
        sessions[record["messages"][1]["content"]].add(account(record))
    failed = {
        record["messages"][1]["content"]
        for record, _ in log.of["twin"]
        if record["status"] == "failure" and record["error_information"]["error_code"] in {"500", "503"}
    }
    moved = {opening for opening, keys in sessions.items() if len(keys) > 1}
    assert moved
    assert moved <= failed


def test_release_day_brings_strangers_to_the_new_model(log_of):
    models = [{"name": "old"}, {"name": "new", "released_day": 2}]
    log = log_of(
        twin("release_day", accounts=12, work={"prompts_of": "campaign", "portion": [0.1, 0.3]}), models=models
    )
    assert {record["model"] for record, _ in log.of["twin"]} == {"new"}
    days = [(record["startTime"] - 1780272000) / 86_400 for record, _ in log.of["twin"]]
    assert min(days) >= 2


def test_a_drift_monitor_asks_a_few_things_for_ever(log_of):
    log = log_of(twin("drift_monitor"))
    assert len({asked(record) for record, _ in log.of["twin"]}) == 10
    assert len({clock(record).hour for record, _ in log.of["twin"]}) == 24


def test_friends_share_an_account_from_many_places(log_of):
    log = log_of({"name": "twin", "kind": "friends_sharing", "accounts": 3})
    for addresses in by_account(log.of["twin"], lambda record: record["requester_ip_address"]).values():
        assert len(set(addresses)) >= 3
    agents = by_account(log.of["twin"], lambda record: record["user_agent"])
    assert max(len(set(listed)) for listed in agents.values()) > 1


def test_batch_labelling_is_one_template_with_short_replies(log_of):
    log = log_of({"name": "twin", "kind": "batch_labelling"})
    prompts = [asked(record) for record, _ in log.of["twin"]]
    assert len({prompt[:30] for prompt in prompts}) == 1
    assert sorted(record["completion_tokens"] for record, _ in log.of["twin"])[len(prompts) // 2] < 60


def test_banned_accounts_are_replaced_by_fresh_ones(composed):
    fate = {"banned_share": 1.0, "replaced_after_h": [0.5, 3]}
    log = composed(CAMPAIGN | {"fate": fate}, days=DAYS)
    banned = {key: row["banned_at"] for key, row in log.accounts.items() if row["banned_at"]}
    assert len(log.accounts) - len(banned) == 8
    for record, _ in log.of["campaign"]:
        moment = banned.get(account(record))
        if moment and clock(record).replace(microsecond=0, tzinfo=None) > moment.replace(tzinfo=None):
            assert record["error_information"]["error_code"] == "403"


def test_a_pool_hands_conversations_over_after_a_rate_limit(composed):
    pool = CAMPAIGN | {
        "fate": {"limited_share": 0.2, "retry": "pool", "retry_on": [429]},
        "work": {"turns": 3.0, "turns_max": 6, "shard": "stealing"},
    }
    log = composed(pool, days=DAYS)
    holders = defaultdict(set)
    for record, _ in log.of["campaign"]:
        holders[record["messages"][0]["content"]].add(account(record))
    assert sum(len(keys) > 1 for keys in holders.values()) > 20


def test_cover_hides_in_the_benign_pool(composed):
    log = composed(CAMPAIGN | {"work": {"cover_share": 0.6}}, days=DAYS)
    cover = [truth["is_cover"] for _, truth in log.of["campaign"]]
    assert sum(cover) / len(cover) == pytest.approx(0.6, abs=0.08)


def test_two_operators_share_a_pool(composed):
    second = {"name": "second", "kind": "harvest_fleet", "pool_of": "campaign", "work": {"source": ["grammar:code"]}}
    log = composed(CAMPAIGN, second, days=DAYS)
    assert {account(record) for record, _ in log.of["second"]} <= {account(record) for record, _ in log.of["campaign"]}
    assert len({truth["operator_id"] for truth in log.truth}) == 2


def test_replayed_reasoning_was_handed_out_before(composed):
    log = composed({"name": "campaign", "kind": "replay_fleet", "accounts": 20}, days=DAYS)
    handed_out = {
        block["signature"]: account(record)
        for record in log.records
        if record["response"]
        for block in record["response"]["choices"][0]["message"].get("thinking_blocks", [])
    }
    replayed = [
        (account(record), message["thinking_blocks"][0]["signature"])
        for record in log.records
        for message in record["messages"]
        if "thinking_blocks" in message
    ]
    elsewhere = [signature for key, signature in replayed if handed_out.get(signature, key) != key]
    assert len(elsewhere) > 0.3 * len(replayed)


def test_an_api_account_keeps_its_own_template(composed):
    log = composed({"name": "apps", "kind": "api_app", "accounts": 6}, days=DAYS)
    systems = by_account(log.of["apps"], lambda record: record["messages"][0]["content"])
    assert all(len(set(listed)) == 1 for listed in systems.values())
    assert len({listed[0] for listed in systems.values()}) == 6
