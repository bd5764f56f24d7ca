"""Every baseline of the shelf finds what it looks for, and leaves strangers alone."""

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.evaluation.baseline import Sight, baselines, chained, components, read_sight, run_baseline
from stillwatch.evaluation.compose import Layout

FLEET = range(8)
STRANGERS = range(8, 300)
HOUR_NS = 3_600_000_000_000
START = 1_780_000_000 * 10**9
DAY_S = 86_400


def sight():
    """A fleet that shares all that a baseline looks at, and strangers that share nothing."""
    rng = np.random.default_rng(1)
    rows = []
    for number in [*FLEET, *STRANGERS]:
        is_fleet = number in FLEET
        for turn in range(200 if is_fleet else 6):
            task = f"Solve task {turn} step by step and show every single move that you make on the way"
            words = " ".join(f"word{one}" for one in rng.integers(0, 9999, 12))
            home = f"198.51.{number // 200}.{number % 200}"
            hour = turn / 2 if is_fleet else int(rng.integers(8, 18))
            rows.append({
                "started_at": START + int(hour * HOUR_NS) + number,
                "account_id": f"a{number:03}", "client_address": "192.0.2.1" if is_fleet else home,
                "user_agent": "tool", "turn": 1 if is_fleet else 3, "output_tokens": 900 if is_fleet else 50,
                "prompt_text": task if is_fleet else words,
                "params": "{}",
            })  # fmt: skip
    table = pa.Table.from_pylist(rows).sort_by("started_at")
    names = tuple(f"a{number:03}" for number in [*FLEET, *STRANGERS])
    place = {name: number for number, name in enumerate(names)}
    created = [START // 10**9 - (DAY_S if number in FLEET else 400 * DAY_S) for number in range(300)]
    accounts = pa.table({
        "account_id": names,
        "created_at": pa.array(created).cast(pa.timestamp("s", "UTC")),
        "email_domain": ["burnmail.example" if n in {0, 1} else "inbox.example" for n in range(300)],
        "payment_fingerprint": ["card" if n in FLEET else f"card{n}" for n in range(300)],
        "device_id": [f"d{n}" for n in range(300)],
        "signup_address": [f"s{n}" for n in range(300)],
    })  # fmt: skip
    return Sight(table, accounts, names, np.array([place[name] for name in table["account_id"].to_pylist()]))


@pytest.mark.parametrize("baseline", baselines(), ids=lambda one: one.name)
def test_it_finds_the_careless_fleet_and_nobody_else(baseline):
    assert baseline.find(sight()) == [frozenset(FLEET)]


@pytest.mark.parametrize("baseline", baselines(), ids=lambda one: one.name)
def test_strangers_are_no_group(baseline):
    seen = sight()
    apart = seen.account >= len(FLEET)
    alone = Sight(
        seen.exchanges.filter(pa.array(apart)), seen.accounts.slice(8), seen.names[8:], seen.account[apart] - len(FLEET)
    )
    assert baseline.find(alone) == []


def test_the_document_can_be_scored(composed):
    made = composed(
        {"name": "people", "kind": "chat_people", "accounts": 20}, days=1, layout=Layout(format="exchange")
    ).made
    seen = read_sight(made.logs[0], made.accounts_path)
    assert set(seen.names) == set(seen.accounts["account_id"].to_pylist())
    assert seen.exchanges.num_rows == made.exchanges == len(seen.account)
    found = run_baseline(baselines()[0], seen)
    assert found == {"schema": "stillwatch.campaigns/1", "run": {}, "campaigns": []}


def test_a_log_may_be_cut_at_a_moment(composed):
    made = composed(
        {"name": "people", "kind": "chat_people", "accounts": 20}, days=2, layout=Layout(format="exchange")
    ).made
    whole = read_sight(made.logs[0], made.accounts_path)
    until = int(np.median(whole.exchanges["started_at"].to_numpy()))
    assert 0 < read_sight(made.logs[0], made.accounts_path, until).exchanges.num_rows < made.exchanges


def test_pairs_and_components():
    keys, accounts = np.array([1, 1, 1, 1, 2, 2, 3]), np.array([0, 1, 2, 3, 4, 5, 6])
    assert components(chained(keys, accounts, 200), 7) == [frozenset({0, 1, 2, 3})]
    assert len(chained(keys, accounts, 3)) == 1
