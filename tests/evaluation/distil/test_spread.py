from __future__ import annotations

from stillwatch.evaluation.distil.spread import spread_of


def row(p, adjusted=None, **told):
    return {
        "student": "gumbel-050",
        "key": "cohort/gumbel/2026-11-16",
        "rule": "mode",
        "tokens": 20_000,
        "marked_percent": 50,
        "loss": 3.0,
        "contexts": 100,
        "log10_p": p,
        "adjusted_log10_p": p + 1 if adjusted is None else adjusted,
    } | told


def test_each_test_has_its_median_and_range_over_the_seeds():
    seeds = [[row(-9.0, loss=2.0), row(-0.5, student="gumbel-000")], [row(-2.5), row(-0.1, student="gumbel-000")]]
    marked, clean = spread_of(seeds)
    assert marked == {
        "student": "gumbel-050",
        "layer": "cohort",
        "rule": "mode",
        "tokens": 20_000,
        "seeds": 2,
        "found": 1,
        "log10_p": {"median": -5.75, "lowest": -9.0, "highest": -2.5},
        "adjusted_log10_p": {"median": -4.75, "lowest": -8.0, "highest": -1.5},
        "contexts": {"median": 100, "lowest": 100, "highest": 100},
        "loss": {"median": 2.5, "lowest": 2.0, "highest": 3.0},
        "told": {"marked_percent": 50},
    }
    assert (clean["student"], clean["found"]) == ("gumbel-000", 0)


def test_of_many_accounts_each_seed_gives_the_lowest():
    keys = [f"account/account-{number:02d}/2026-11-16" for number in range(3)]
    seed = [row(-9.0, key="global/2026-11-16"), *(row(-float(at), key=key) for at, key in enumerate(keys))]
    found = {one["layer"]: one["log10_p"] for one in spread_of([seed])}
    assert found["account"] == {"median": -2.0, "lowest": -2.0, "highest": -2.0}
    assert list(found) == ["global", "account"]
