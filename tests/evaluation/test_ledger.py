import tomllib


def test_the_ledger_is_toml_with_the_declared_customer_only(composed):
    customer = {"name": "customer", "kind": "permitted_customer", "accounts": 2, "work": {"source": ["grammar:maths"]}}
    log = composed(customer, {"name": "people", "kind": "chat_people", "accounts": 5}, days=1)
    (entry,) = tomllib.loads(log.made.authorised_path.read_text())["authorised"]
    assert sorted(entry["account_ids"]) == sorted({row["account_id"] for row in log.truth if row["label"] == "twin"})
    assert entry["organisation"]
    assert entry["valid_from"] < entry["valid_until"]


def test_without_declared_use_the_ledger_is_empty(composed):
    log = composed({"name": "people", "kind": "chat_people", "accounts": 5}, days=1)
    assert tomllib.loads(log.made.authorised_path.read_text()) == {}
