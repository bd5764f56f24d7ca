"""Accounts that hang together stay together, and no part is larger than it may be."""

from __future__ import annotations

from contextlib import closing

import pyarrow as pa

from exchange_log import MINUTE, START, exchange, quiet, write_log
from small_engine import small_engine
from stillwatch.logs.account_parts import account_parts, registered, span_accounts
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store

_SALT = 5


def parts_of(folder, records, most, table=None):
    """The parts of a log's accounts, as names, and what was joined."""
    store = Store.open(folder / "store", salt=_SALT)
    ingest(store, [write_log(folder / "log.jsonl", records)], Reading(workers=1), quiet)
    names = {hash_one(record["account_id"], _SALT): record["account_id"] for record in records}
    with closing(small_engine(folder / "spill")) as engine:
        accounts = span_accounts(engine, store, None, None)
        found = account_parts(engine, registered(table, accounts, _SALT), accounts, most)
    return [{names[key] for key in part.tolist()} for part in found.keys], found.joined


def plain(number, account, **fields):
    """An exchange that nothing ties to another."""
    prompt = " ".join(f"word{(number * 7919 + place * 104729) % 99991}" for place in range(12))
    return exchange(number, account, client_address=f"198.51.{number}.7", prompt_text=prompt, **fields)


def test_few_ties_hold_their_accounts_in_one_part(tmp_path):
    records = [plain(number, f"acct-{number}") for number in range(12)]
    for number, account in enumerate(("acct-1", "acct-4", "acct-8")):
        records[int(account[5:])]["client_address"] = "203.0.113.9"
        records.append(plain(20 + number, account))
    parts, joined = parts_of(tmp_path, records, most=6)
    assert sorted(map(len, parts)) == [6, 6]
    assert any({"acct-1", "acct-4", "acct-8"} <= part for part in parts)
    assert set.union(*parts) == {f"acct-{number}" for number in range(12)}
    assert joined["address"] == 32768


def test_what_ties_half_of_a_part_or_more_ties_nobody(tmp_path):
    records = [plain(number, f"acct-{number}", org_id="everybody") for number in range(12)]
    parts, joined = parts_of(tmp_path, records, most=6)
    assert sorted(map(len, parts)) == [6, 6]
    assert "org" not in joined
    assert joined["team"] == 32768


def test_a_template_ties_and_so_does_the_accounts_file(tmp_path):
    records = [plain(number, f"acct-{number}") for number in range(12)]
    template = "Translate the following shipping notice for the harbour office and keep each number as it stands: "
    records += [
        plain(100 + number, f"acct-{number % 4}") | {"prompt_text": template + f"berth {number * 37} and tide {number}"}
        for number in range(40)
    ]
    payment = ["card-9" if number in {10, 11} else None for number in range(12)]
    table = pa.table({"account_id": [f"acct-{number}" for number in range(12)], "payment_key": payment})
    parts, _ = parts_of(tmp_path, records, most=8, table=table)
    assert any({f"acct-{number}" for number in range(4)} <= part for part in parts)
    assert any({"acct-10", "acct-11"} <= part for part in parts)


def test_accounts_outside_of_the_span_are_in_no_part(tmp_path):
    store = Store.open(tmp_path / "store", salt=_SALT)
    log = write_log(tmp_path / "log.jsonl", [plain(number, f"acct-{number}") for number in range(4)])
    ingest(store, [log], Reading(workers=1), quiet)
    with closing(small_engine(tmp_path / "spill")) as engine:
        accounts = span_accounts(engine, store, START + MINUTE, START + 3 * MINUTE)
    assert accounts.tolist() == sorted(hash_one(f"acct-{number}", _SALT) for number in (1, 2))
