from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange_log import exchange, scanned, write_log
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.corpus import Place, corpus_add, corpus_list, corpus_remove

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def _file(tmp_path):
    path = tmp_path / "set.txt"
    path.write_text("\n".join(f"Tell me in detail how number {n} of the guild was made" for n in ("one", "two", "ten")))
    return path


def test_a_set_is_added_listed_and_removed(tmp_path):
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", map(exchange, range(20)))])
    for place in (Place(store=tmp_path / "store"), Place(corpora=tmp_path / "sets")):
        added = corpus_add("guild", _file(tmp_path), place, column=None, now=NOW)
        assert corpus_list(place) == (added,)
        corpus_remove("guild", place)
        assert corpus_list(place) == ()


def test_exactly_one_place_is_named(tmp_path):
    for place in (Place(), Place(store=tmp_path, corpora=tmp_path)):
        with pytest.raises(SettingsError, match="one place"):
            corpus_list(place)


def test_no_store_is_made_for_a_set(tmp_path):
    with pytest.raises(InputError, match="no store here"):
        corpus_add("guild", _file(tmp_path), Place(store=tmp_path / "none"), column=None, now=NOW)
    assert not (tmp_path / "none").exists()


def test_a_scan_says_who_swept_a_set_in_shards(tmp_path):
    """Twelve accounts deal a set of 360 questions out, each inside one template; the others never touch it."""
    things = ["paper", "glass", "soap", "rope", "salt", "tar", "wax", "felt", "lime", "ink", "glue", "yeast"]
    places = ["Ulm", "York", "Lyon", "Porto", "Turku", "Graz", "Bari", "Cork", "Brno", "Riga"]
    items = [
        f"In {place} of old, who made {thing} and for {reason}?"
        for place in places
        for thing in things
        for reason in ("which guild", "what price", "whose table")
    ]
    (tmp_path / "set.txt").write_text("\n".join(items))
    frame = "Think aloud step by step, then give the result alone on the last line. Question: {item}"
    minute = 60 * 10**9
    dealt = [
        exchange(
            10_000 + number,
            account=f"shard-{number % 12}",
            started_at=exchange(number)["started_at"] + number * 13 * minute,
            prompt_text=frame.format(item=item),
        )
        for number, item in enumerate(items)
    ]
    others = [exchange(number, account=f"acct-{number % 60}") for number in range(2400)]
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", [*dealt, *others])])
    corpus_add("crafts", tmp_path / "set.txt", Place(store=tmp_path / "store"), column=None, now=NOW)
    result = scanned(tmp_path / "store")
    sets = [one for group in (*result.campaigns, *result.set_aside) for one in group.sets]
    assert sets or result.campaigns == ()
