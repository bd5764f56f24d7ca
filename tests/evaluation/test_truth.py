from stillwatch.evaluation.truth import TRUTH_SCHEMA


def test_every_exchange_has_its_row(composed):
    log = composed({"name": "p", "kind": "harvest_fleet", "accounts": 3}, days=1)
    assert list(log.truth[0]) == TRUTH_SCHEMA.names
    assert {(row["label"], row["population"], row["kind"]) for row in log.truth} == {("campaign", "p", "harvest_fleet")}
    assert len({row["operator_id"] for row in log.truth}) == 1
    assert [row["account_id"] for row in log.truth] == [
        record["metadata"]["user_api_key_user_id"] for record in log.records
    ]
