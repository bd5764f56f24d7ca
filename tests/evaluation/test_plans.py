"""Plans on disk: what is read back in slices equals what was planned, whatever the blocks."""

import hashlib

import numpy as np
import pytest

from stillwatch.evaluation import population
from stillwatch.evaluation.plans import Plans
from stillwatch.evaluation.rows import ROW_TYPE, pack, unpack

CAMPAIGN = {"name": "campaign", "kind": "harvest_fleet", "accounts": 12, "pace": {"per_day": 40}}
TWIN = {"name": "twin", "kind": "declared_organisation", "work": {"prompts_of": "campaign"}}
CARRIED = {"name": "carried", "kind": "pool_customers", "pool_of": "campaign"}


def rows(*moments):
    packed = np.zeros(len(moments), ROW_TYPE)
    packed["at_s"], packed["turn"], packed["account"] = moments, 1, np.arange(len(moments)) % 2
    return unpack(packed)


def test_slices_stand_in_order_of_time(tmp_path):
    plans = Plans(tmp_path, days=1)
    plans.add(0, rows(50.0, 10.0, 30.5))
    plans.add(1, rows(20.0, 30.2, 60.0))
    found = list(plans.slices(2))
    assert np.concatenate([one.rows.at_s for one in found]).tolist() == [10.0, 20.0, 30.2, 30.5, 50.0, 60.0]
    assert [one.first for one in found] == np.cumsum([0, *(len(one.rows) for one in found[:-1])]).tolist()
    assert len(found) > 1


def test_first_requests_and_accounts(tmp_path):
    plans = Plans(tmp_path, days=1)
    plans.add(0, rows(50.0, 10.0, 30.0))
    assert plans.first_seconds(3).tolist() == [30.0, 10.0, np.inf]
    assert (plans.accounts_of({0}), plans.accounts_of({1})) == (2, 0)


def test_nothing_planned(tmp_path):
    assert list(Plans(tmp_path, days=1).slices(10)) == []


def test_packing_is_undone():
    one = rows(1.0, 2.0)
    assert (pack(unpack(pack(one))) == pack(one)).all()


@pytest.fixture
def blocked(composed, monkeypatch):
    monkeypatch.setattr(population, "_BLOCK_EXCHANGES", 200)
    return composed(CAMPAIGN, TWIN, CARRIED, days=2)


def test_a_population_planned_in_blocks_is_the_same_population(blocked):
    campaign = [row for row in blocked.truth if row["population"] == "campaign"]
    assert len({row["operator_id"] for row in campaign}) == 1
    assert len({row["account_id"] for row in campaign}) == 12
    assert len(campaign) == pytest.approx(12 * 40 * 2, rel=0.1)
    assert len({row["item_id"] for row in campaign}) > 0.9 * len(campaign)
    carried = {row["account_id"] for row in blocked.truth if row["population"] == "carried"}
    assert carried == {row["account_id"] for row in campaign}


def test_blocks_are_deterministic(composed, monkeypatch):
    monkeypatch.setattr(population, "_BLOCK_EXCHANGES", 200)
    digests = {hashlib.sha256(composed(CAMPAIGN, TWIN, days=2).made.logs[0].read_bytes()).hexdigest() for _ in range(2)}
    assert len(digests) == 1
