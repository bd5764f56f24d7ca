import json
from collections import Counter

import numpy as np

from stillwatch.evaluation.fate import Tenure, draw_tenure
from stillwatch.evaluation.scenario import Fate

WINDOW = (np.zeros(50), np.full(50, 1e6))


def draw(**fate):
    return draw_tenure(
        Fate(**fate), np.arange(50), WINDOW, lambda count: np.arange(100, 100 + count), np.random.default_rng(1)
    )


def test_shares_of_accounts_are_banned():
    assert np.isfinite(draw(banned_share=0.5).banned_s).sum() == 25
    assert np.isfinite(draw(banned_share=0.0).banned_s).sum() == 0


def test_successors_begin_minutes_to_hours_later():
    tenure = draw(banned_share=1.0, replaced_after_h=(0.5, 3.0))
    hours = (tenure.resumed_s - tenure.banned_s) / 3600
    assert hours.min() >= 0.5
    assert hours.max() <= 3.0
    assert sorted(tenure.successor.tolist()) == list(range(100, 150))


def test_a_whole_pool_falls_at_once():
    banned = draw(banned_share=1.0, ban_at_once_day=7).banned_s
    assert banned.min() >= 7 * 86_400
    assert banned.max() < 7 * 86_400 + 3600


def test_the_holder_changes_when_the_successor_begins():
    tenure = Tenure(
        account=np.array([4]), banned_s=np.array([10.0]), resumed_s=np.array([20.0]), successor=np.array([9])
    )
    slot, moments = np.zeros(3, np.int64), np.array([5.0, 15.0, 25.0])
    assert tenure.holder(slot, moments).tolist() == [4, 4, 9]
    assert tenure.is_barred(slot, moments).tolist() == [False, True, False]


def test_what_is_declined_gets_a_400_and_is_not_tried_again(composed):
    log = composed({"name": "p", "kind": "red_team", "accounts": 4}, days=4)
    codes = Counter(
        record["error_information"]["error_code"] if record["error_information"] else "" for record in log.records
    )
    assert 0.5 < codes["400"] / len(log.records) < 0.7
    texts = [json.dumps(record["messages"]) for record in log.records]
    assert len(set(texts)) > 0.98 * len(texts)


def test_fixed_questions_follow_refusals_within_the_hour(composed):
    fate = {"limited_share": 0.1, "probes": 3}
    log = composed({"name": "p", "kind": "harvest_fleet", "accounts": 5, "fate": fate}, days=3)
    probes = [(r, t) for r, t in log.of["p"] if t["precursor"] == "countermeasure_probe"]
    refused = [
        (t["account_id"], t["started_at"])
        for r, t in log.of["p"]
        if r["error_information"] and r["error_information"]["error_code"] == "429"
    ]
    assert len({json.dumps(record["messages"]) for record, _ in probes}) == 3
    assert len(probes) > len(refused)
    assert all(
        any(who == t["account_id"] and 0 < t["started_at"] - at < 3600e9 for who, at in refused) for _, t in probes
    )
