"""The window: accounts as numbers, counted over a span, without what came in twice."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from exchange_log import MINUTE, START, exchange, quiet, write_log
from small_engine import window_on
from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store
from stillwatch.logs.window_rows import Group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.logs.window import Window


@contextmanager
def window_of(folder: Path, *records: dict[str, Any], **span: int) -> Iterator[Window]:
    store = Store.open(folder / "store", content="full")
    ingest(store, [write_log(folder / "log.jsonl", records)], Reading(workers=1), quiet)
    made = window_on(store, folder / "spill", **span)
    try:
        yield made
    finally:
        made.close()


def by_name(window: Window, values: Any) -> dict[str, Any]:
    return dict(zip(window.names().tolist(), values.tolist(), strict=True))


def test_accounts_are_counted(tmp_path: Path) -> None:
    records = [exchange(n, account="a" if n % 3 else "b", status_code=429 if n == 0 else 200) for n in range(30)]
    with window_of(tmp_path, *records) as window:
        assert (window.accounts, window.exchanges, window.duplicates()) == (2, 30, 0)
        assert by_name(window, window.population.exchanges) == {"a": 20, "b": 10}
        assert by_name(window, window.population.refused) == {"a": 0, "b": 1}
        assert by_name(window, window.population.first_at) == {"a": START + MINUTE, "b": START}


def test_what_came_in_twice_counts_once(tmp_path: Path) -> None:
    with window_of(tmp_path, *map(exchange, range(10)), exchange(3, country="DE")) as window:
        assert (window.exchanges, window.duplicates()) == (10, 1)


def test_a_window_on_a_part_of_the_accounts_numbers_them_alone(tmp_path: Path) -> None:
    records = [exchange(n, account="abc"[n % 3]) for n in range(30)]
    with window_of(tmp_path, *records) as window:
        part = window.account_keys[[0, 2]]
        left_out = window.names()[1]
    store = Store.open(tmp_path / "store")
    window = window_on(store, tmp_path / "spill", part=part)
    assert (window.accounts, window.exchanges) == (2, 20)
    assert set(window.names()) == {"a", "b", "c"} - {left_out}
    assert window.facets()["address"].account.max() == 1
    window.close()


def test_a_span_holds_its_start_and_not_its_end(tmp_path: Path) -> None:
    span = {"since": exchange(3)["started_at"], "until": exchange(6)["started_at"]}
    with window_of(tmp_path, *map(exchange, range(10)), **span) as window:
        assert sorted(window.names()) == ["acct-3", "acct-4", "acct-5"]


def test_an_empty_store_is_an_empty_window(tmp_path: Path) -> None:
    with window_of(tmp_path) as window:
        assert (window.accounts, window.exchanges, window.names().tolist()) == (0, 0, [])
        assert {name: len(facet.key) for name, facet in window.facets().items()} == dict.fromkeys(window.facets(), 0)


def test_facets_say_how_often_an_account_shows_a_value(tmp_path: Path) -> None:
    records = [exchange(n, account=f"{n % 2}", client_address=f"203.0.113.{n % 2}") for n in range(10)]
    with window_of(tmp_path, *records) as window:
        address = window.facets()["address"]
        assert (sorted(address.account.tolist()), address.exchanges.tolist()) == ([0, 1], [5, 5])
        assert len(set(address.key.tolist())) == 2


def test_time_bins(tmp_path: Path) -> None:
    with window_of(tmp_path, *(exchange(n, account="a") for n in (0, 1, 2, 61))) as window:
        bins = window.time_bins(START, 60 * MINUTE)
        assert dict(zip(bins.key.tolist(), bins.exchanges.tolist(), strict=True)) == {0: 3, 1: 1}


def test_shared_keys_name_the_accounts_that_use_them(tmp_path: Path) -> None:
    text = "The quick brown fox jumps over the lazy dog and runs away into the deep forest."
    records = [exchange(n, account=f"{n % 3}", prompt_text=text if n % 3 else None) for n in range(9)]
    with window_of(tmp_path, *records) as window:
        shares = window.shares(least_accounts=2, most_accounts=10, least_exchanges=1, least_uses=1.0)
        names = window.names()
        head = shares.kind == KeyKind.HEAD
        assert sorted(set(names[shares.account[head]])) == ["1", "2"]


def test_a_conversation_that_goes_on_at_another_account(tmp_path: Path) -> None:
    chain = {"chain_parent": 5, "chain_self": 6, "turn": 2}
    refused = exchange(0, account="a", status_code=429, **chain)
    with window_of(tmp_path, refused, exchange(1, account="b", **chain), exchange(2, account="c")) as window:
        hands = window.handovers(within=60 * MINUTE, most_exchanges=100)
        names = window.names()
        assert [(names[left], names[right]) for left, right in zip(hands.left, hands.right, strict=True)] == [
            ("a", "b")
        ]
        assert (hands.after_refusal.tolist(), hands.after_failure.tolist()) == ([1], [0])


def test_events_come_in_order_of_time_and_excerpts_by_number(tmp_path: Path) -> None:
    records = [exchange(n, account=f"{n % 2}", prompt_text=f"Question {n}") for n in (5, 1, 3, 0)]
    with window_of(tmp_path, *records) as window:
        account = int(np.flatnonzero(window.names() == "1")[0])
        [events] = window.events([Group(accounts=np.array([account]))])
        assert events["started_at"].tolist() == [START + n * MINUTE for n in (1, 3, 5)]
        [texts] = window.excerpts([events["exchange_no"]])
        assert sorted(text for _, _, text in texts) == ["Question 1", "Question 3", "Question 5"]


def test_the_accounts_file_is_aligned_with_the_accounts(tmp_path: Path) -> None:
    table = pa.table(
        {"account_id": ["b", "z"], "created_at": pa.array([7, 8], pa.int64()), "organisation": ["Org", "Z"]}
    )
    with window_of(tmp_path, exchange(0, account="a"), exchange(1, account="b")) as window:
        registry = window.registry(table)
        assert by_name(window, registry.known) == {"a": False, "b": True}
        assert by_name(window, registry.created_at) == {"a": -1, "b": 7}
        assert by_name(window, np.array(registry.organisation)) == {"a": "", "b": "Org"}
        assert not window.registry(None).known.any()


def test_what_a_window_over_all_keeps_is_what_the_next_one_would_work_out(tmp_path: Path) -> None:
    records = [exchange(n, account=f"a{n % 5}", prompt=f"Name one thing number {n // 50}.") for n in range(200)]
    bounds = {"least_accounts": 3, "most_accounts": 10, "least_exchanges": 5, "least_uses": 1.0}
    found = []
    with window_of(tmp_path, *records):
        store = Store.open(tmp_path / "store")
    for keeps in (False, True, True):
        window = window_on(store, tmp_path / f"spill{keeps}", keeps_summaries=keeps)
        shares = window.shares(**bounds)
        order = np.lexsort((shares.account, shares.key, shares.kind))
        group = Group(accounts=np.arange(5), kinds=shares.kind[:1], keys=shares.key[:1])
        found.append(
            (
                window.names().tolist(),
                window.population.exchanges.tolist(),
                window.coverage(),
                [column[order].tolist() for column in shares],
                sorted(next(window.events([group]))["exchange_no"].tolist()),
            )
        )
        window.close()
    assert found[0] == found[1] == found[2]
    assert len(found[0][3][0]) > 0
    assert len(found[0][4]) > 0


def test_a_window_over_a_span_keeps_what_it_works_out_by_its_span(tmp_path: Path) -> None:
    with window_of(tmp_path, exchange(0, account="a"), exchange(1, account="a"), keeps_summaries=True) as window:
        assert window.coverage()["exchanges"] == 2
    store, span = Store.open(tmp_path / "store"), {"since": START + MINUTE, "keeps_summaries": True}
    for _ in range(2):
        window = window_on(store, tmp_path / "spill", **span)
        assert window.coverage()["exchanges"] == 1
        window.close()
    assert len(list((tmp_path / "store" / "summaries").iterdir())) == 2
