from stillwatch.evaluation.truth import TRUTH_SCHEMA


def test_every_exchange_has_its_row(composed):
    log = composed({"name": "p", "kind": "harvest_fleet", "accounts": 3}, days=1)
    assert list(log.truth[0]) == TRUTH_SCHEMA.names
    assert {(row["label"], row["population"], row["kind"]) for row in log.truth} == {("campaign", "p", "harvest_fleet")}
    assert len({row["operator_id"] for row in log.truth}) == 1
    assert [row["account_id"] for row in log.truth] == [
        record["metadata"]["user_api_key_user_id"] for record in log.records
    ]


def test_what_comes_before_a_campaign_is_told_by_the_warning_it_should_bring(composed):
    models = [{"name": "old"}, {"name": "new", "released_day": 1.0}]
    log = composed(
        {"name": "p", "kind": "harvest_fleet", "accounts": 4, "fate": {"limited_share": 0.2, "probes": 3}},
        {"name": "s", "kind": "sweep_fleet", "accounts": 2, "continues": "p"},
        {"name": "r", "kind": "red_team", "accounts": 2},
        days=3,
        models=models,
    )
    told = {name: {row["precursor"] for row in log.truth if row["population"] == name} for name in ("p", "s", "r")}
    assert told == {"p": {"", "countermeasure_probe", "release_pivot"}, "s": {"variant_sweep"}, "r": {""}}
    assert len({row["operator_id"] for row in log.truth if row["population"] in "ps"}) == 1
    moved = [row for row in log.truth if row["precursor"] == "release_pivot"]
    first = min(row["started_at"] for row in log.truth)
    assert min(row["started_at"] - first for row in moved) / 86_400e9 > 0.9
    assert max(row["started_at"] - first for row in moved) / 86_400e9 < 2.01
