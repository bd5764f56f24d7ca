import numpy as np
import pytest

from stillwatch.evaluation.loads import Loads

DAY_S = 86_400
LOADS = Loads(np.array([0.0, 5.0]), np.array([100.0, 50.0]), np.array([40, 10]), 2.0)


def test_each_load_serves_once_before_any_serves_twice():
    (start_s, end_s), counts = LOADS.drawn(4, 0.0, np.random.default_rng(1))
    assert sorted(zip(start_s.tolist(), end_s.tolist(), counts.tolist(), strict=True)) == [
        (0.0, 100.0, 20),
        (0.0, 100.0, 20),
        (5.0, 50.0, 5),
        (5.0, 50.0, 5),
    ]


def test_requests_that_will_be_made_again_do_not_come_on_top():
    _, counts = LOADS.drawn(2, 1.0, np.random.default_rng(1))
    assert sorted(counts.tolist()) in ([2, 10], [3, 10])


CAMPAIGN = {"name": "campaign", "kind": "harvest_fleet", "accounts": 20, "pace": {"per_day": 12}}
MATCHED = {"name": "twin", "kind": "public_benchmark", "match_of": "campaign", "match_share": 0.5}


def volumes(log, name):
    accounts = [truth["account_id"] for _, truth in log.of[name]]
    return np.unique(accounts, return_counts=True)[1]


@pytest.mark.parametrize(
    "fleet",
    [
        pytest.param({}, id="plain"),
        pytest.param({"work": {"turns": 3.0, "turns_max": 8}}, id="several turns"),
        pytest.param({"fate": {"banned_share": 0.5, "replaced_after_h": [1, 5]}}, id="banned and replaced"),
        pytest.param({"fate": {"limited_share": 0.2, "retry": "pool", "retry_on": [429]}}, id="many retries"),
        pytest.param({"work": {"cover_share": 0.6}}, id="cover"),
    ],
)
def test_a_matched_twin_does_as_much_of_the_same(composed, fleet):
    log = composed(CAMPAIGN | fleet, MATCHED, days=5)
    campaign, twin = volumes(log, "campaign"), volumes(log, "twin")
    assert len(twin) == round(0.5 * (len(campaign) if not fleet.get("fate", {}).get("banned_share") else 20))
    assert twin.mean() == pytest.approx(campaign.mean(), rel=0.25)
    items = {truth["item_id"] for _, truth in log.of["campaign"]}
    own = [truth["item_id"] in items for _, truth in log.of["twin"] if not truth["is_cover"]]
    assert np.mean(own) > (0.3 if fleet.get("work", {}).get("cover_share") else 0.95)
    assert {truth["match_of"] for _, truth in log.of["twin"]} == {"campaign"}
