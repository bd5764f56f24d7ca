"""By what else an account of the store is known."""

from __future__ import annotations

from exchange_log import MINUTE, START, exchange, scanned, write_log
from stillwatch.logs.known_by import KnownBy, known_by
from stillwatch.logs.store import Store


def _store(tmp_path, *pairs, **more):
    """A store of one exchange for each (account, API key)."""
    records = [
        exchange(number, account, api_key_id=key, **more) | {"account_id": account or None}
        for number, (account, key) in enumerate(pairs)
    ]
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)])
    return Store.open(tmp_path / "store")


def test_an_account_is_known_by_the_keys_that_are_its_alone(tmp_path):
    store = _store(tmp_path, ("a", "k1"), ("a", "k2"), ("a", "shared"), ("b", "shared"), ("b", None))
    assert known_by(store, ["a", "b", "nobody"]) == {
        "a": KnownBy((), ("k1", "k2")),
        "b": KnownBy(),
        "nobody": KnownBy(),
    }


def test_an_account_that_is_a_key_says_so(tmp_path):
    store = _store(tmp_path, (None, "k1"), ("a", "k2"))
    assert known_by(store, ["k1"]) == {"k1": KnownBy(("api_key_id",), ("k1",))}


def test_an_account_that_is_the_gateways_user_says_so(tmp_path):
    store = _store(tmp_path, ("u-1", "k1"), user_id="u-1")
    assert known_by(store, ["u-1"])["u-1"].identities == ("user_id",)


def test_a_store_without_exchanges_knows_nobody(tmp_path):
    assert known_by(Store.open(tmp_path / "empty"), ["a"]) == {"a": KnownBy()}


def test_what_comes_after_a_time_is_not_looked_at(tmp_path):
    store = _store(tmp_path, ("a", "k1"), ("b", "k2"), ("b", "k1"))
    assert known_by(store, ["a", "b"], until=START + MINUTE) == {"a": KnownBy((), ("k1",)), "b": KnownBy()}
