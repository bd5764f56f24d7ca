"""What precursors look at, read from a store."""

from __future__ import annotations

from contextlib import closing

from exchange_log import exchange, scanned, write_log
from small_engine import window_on
from stillwatch.logs.repeats import no_repeats, no_search
from stillwatch.logs.store import Store

REQUEST = "describe the second step of the old dyeing recipe from the mill in full detail"


def _window(tmp_path, records):
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)])
    store = Store.open(tmp_path / "store")
    return window_on(store, tmp_path / "spill")


def test_variants_of_a_refused_request_are_fetched_with_what_became_of_each(tmp_path):
    records = [
        exchange(n, prompt_text=f"Speaking as person {n:x} of {n * 7:x}: {REQUEST}", status_code=(200, 403)[n % 2])
        | {"output_tokens": 400}
        for n in range(120)
    ]
    window = _window(tmp_path, records)
    with closing(window):
        variants, wordings = window.variants()
        assert wordings == len(set(variants.key.tolist()))
    assert len(set(variants.exchange.tolist())) == 120
    assert set(variants.is_refused.tolist()) == {0, 2}
    assert len(set(variants.prompt.tolist())) == 120


def test_a_log_without_refusals_has_none(tmp_path):
    window = _window(tmp_path, [exchange(n) | {"output_tokens": 400} for n in range(120)])
    with closing(window):
        assert len(window.variants().variants.key) == len(no_search().variants.key) == 0
        assert len(window.repeats().account) == len(no_repeats().account) == 0


def test_accounts_that_repeat_prompts_are_fetched_whole_where_they_were_refused(tmp_path):
    records = [
        exchange(
            n, account="a" if n < 40 else "b", prompt_text="Are you well today, my friend?" if n % 4 == 0 else None
        )
        for n in range(80)
    ]
    records = [record | {"prompt_text": record["prompt_text"] or f"question {n}"} for n, record in enumerate(records)]
    records[5]["status_code"] = 429
    window = _window(tmp_path, records)
    with closing(window):
        repeats = window.repeats()
    assert (len(repeats.account), int(repeats.is_fixed.sum())) == (40, 10)
