from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from exchange_log import MINUTE, START, exchange, scanned, write_log
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
    """Twelve accounts deal 360 questions out, each inside one template; sixty people ask about other things."""
    random = Random(3)
    words = [f"{head}{tail}" for head in ("ba", "ce", "di", "fo", "gu", "ha") for tail in ("lan", "mer", "nis", "por")]
    items = [" ".join(random.choice(words) for _ in range(16)) for _ in range(360)]
    (tmp_path / "set.txt").write_text("\n".join(items))
    frame = "Think aloud step by step, then give the result alone on the last line. Question: {item}"
    owners = random.sample([*range(12)] * 30, k=360)
    dealt = [
        exchange(
            10_000 + number,
            account=f"shard-{owners[number]}",
            started_at=START + number * 40 * MINUTE,
            prompt_text=frame.format(item=item),
        )
        | {"output_tokens": 500}
        for number, item in enumerate(items)
    ]
    others = [
        exchange(number, account=f"acct-{number % 60}", started_at=START + random.randrange(240 * 60) * MINUTE)
        | {"prompt_text": " ".join(f"{random.randrange(10**6):x}" for _ in range(12))}
        for number in range(1200)
    ]
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", [*dealt, *others])])
    corpus_add("crafts", tmp_path / "set.txt", Place(store=tmp_path / "store"), column=None, now=NOW)
    (campaign,) = scanned(tmp_path / "store").campaigns
    assert "corpus_partition" in {one.source for one in campaign.evidence}
    (taken,) = campaign.sets
    assert (taken.name, taken.items, taken.taken, taken.shards, taken.whole) == ("crafts", 360, 360, 12, 0)
    assert taken.because == "covered 100 % of the 360 prompts of crafts between 12 accounts; any two share 0 %"
