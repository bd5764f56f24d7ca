"""Keys of indicators in a store of past exchanges."""

from __future__ import annotations

from contextlib import closing

from exchange_log import MINUTE, START, exchange, scanned, write_log
from small_engine import small_engine
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.hunt import Found, StoreHunt, Tally, Want
from stillwatch.logs.hunt_keys import HuntKey
from stillwatch.logs.store import Store

_EVER = (-(2**62), 2**62)


def hunted(tmp_path, records, wants):
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)])
    store = Store.open(tmp_path / "store")
    return StoreHunt(store, wants(store.settings.salt), small_engine(tmp_path / "spill"))


def test_accounts_are_found_with_what_they_match(tmp_path):
    def wants(salt):
        address = HuntKey("address", 0, hash_one("192.0.2.7", salt))
        account = HuntKey("account", 0, hash_one("a", salt))
        return [Want(0, (address,), *_EVER), Want(0, (account,), *_EVER), Want(1, (), *_EVER)]

    records = [
        exchange(0, "a", client_address="192.0.2.7"),
        exchange(1, "a"),
        exchange(2, "b", client_address="192.0.2.7"),
        exchange(2, "b", client_address="192.0.2.7"),
        exchange(3, "c"),
    ]
    with closing(hunted(tmp_path, records, wants)) as hunt:
        assert hunt.size() == (5, 3)
        tallies = hunt.tallies()
        assert tallies == (
            Tally(0, 2, 2, START, START + 2 * MINUTE),
            Tally(1, 1, 2, START, START + MINUTE),
        )
        assert hunt.accounts(leads=[1]) == (
            Found(
                *(0, "a", True, 2, 2, START, START + MINUTE),
                (Tally(1, 1, 2, START, START + MINUTE), Tally(0, 1, 1, START, START)),
            ),
            Found(
                *(0, "b", False, 1, 1, START + 2 * MINUTE, START + 2 * MINUTE),
                (Tally(0, 1, 1, START + 2 * MINUTE, START + 2 * MINUTE),),
            ),
        )


def test_nothing_is_found_outside_of_its_time(tmp_path):
    def wants(salt):
        return [Want(0, (HuntKey("account", 0, hash_one("a", salt)),), START + MINUTE, START + 2 * MINUTE)]

    with closing(hunted(tmp_path, [exchange(number, "a") for number in range(4)], wants)) as hunt:
        assert [one.exchanges for one in hunt.tallies()] == [1]


def test_an_empty_store_and_no_wants_give_nothing(tmp_path):
    store = Store.open(tmp_path / "empty")
    with closing(StoreHunt(store, [], small_engine(tmp_path / "s"))) as hunt:
        assert (hunt.size(), hunt.tallies(), hunt.accounts([])) == ((0, 0), (), ())
