from datetime import UTC, datetime


def test_what_a_population_shares_and_what_it_does_not(composed):
    registry = {"payment": "one", "device": "few", "mail": "one", "organisation": "one", "missing_share": 0.0,
                "plans": ["usage"]}  # fmt: skip
    log = composed({"name": "p", "kind": "api_app", "accounts": 40, "registry": registry}, days=2)
    distinct = {name: len({row[name] for row in log.accounts.values()}) for name in next(iter(log.accounts.values()))}
    assert (distinct["payment_fingerprint"], distinct["email_domain"], distinct["organisation"]) == (1, 1, 1)
    assert 2 <= distinct["device_id"] <= 4
    assert distinct["account_id"] == distinct["signup_address"] == 40


def test_values_are_missing_as_declared(composed):
    log = composed({"name": "p", "kind": "api_app", "accounts": 400, "registry": {"missing_share": 0.5}}, days=1)
    missing = sum(not row["device_id"] for row in log.accounts.values()) / len(log.accounts)
    assert 0.4 < missing < 0.6


def test_nobody_calls_before_signing_up(composed):
    log = composed({"name": "p", "kind": "harvest_fleet", "accounts": 30}, {"name": "q", "kind": "chat_people",
                   "accounts": 60}, days=2)  # fmt: skip
    for record in log.records:
        created = log.accounts[record["metadata"]["user_api_key_user_id"]]["created_at"].replace(tzinfo=UTC)
        assert created <= datetime.fromtimestamp(record["startTime"], UTC)
