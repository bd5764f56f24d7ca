"""Items of a public set are recognised alone and inside templates, and not in prompts that share a phrase with them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from exchange_log import exchange, scanned, write_log
from small_engine import window_on
from stillwatch.logs.corpora import add_to_store, fingerprints
from stillwatch.logs.store import Store
from stillwatch.logs.takings import no_takings

ITEMS = [
    "Samir has 25 posters and gives five of them to each of his eight cousins, how many posters are missing?",
    "A tank in the old mill loses two litres an hour while a spring adds three, when is it full again?",
    "Which of the two roads from the harbour to the chapel is shorter if the ferry is not running today?",
]
FRAME = (
    "You are a patient teacher of adults. Read the exercise below with care, think aloud about each step that leads to "
    "the result, and write the result alone on the last line.\n\nExercise: {item}"
)
TWO_ENDS = "Here is an exercise from an old book. {item} Please answer in three short sentences for a friend of mine."


@pytest.fixture(autouse=True)
def _one_salt(monkeypatch):
    """Which words of a text are kept hangs on the store's salt: of items between two ends one in forty is missed."""
    monkeypatch.setattr("stillwatch.logs.store.secrets.randbits", lambda _: 7)


def _taken(tmp_path, prompts):
    """Numbers of the items that each exchange is said to carry."""
    log = write_log(tmp_path / "log.jsonl", (exchange(n, prompt_text=text) for n, text in enumerate(prompts)))
    scanned(tmp_path / "store", [log])
    store = Store.open(tmp_path / "store")
    (tmp_path / "items.txt").write_text("\n".join(ITEMS))
    add_to_store(store, "items", tmp_path / "items.txt", None, datetime(2026, 7, 1, tzinfo=UTC))
    window = window_on(store, tmp_path / "spill")
    with closing(window):
        takings = window.takings(fingerprints(store))
    assert (takings.names, takings.items) == (("items",), (3,))
    first = min(takings.exchange.tolist(), default=0) >> 32 << 32
    found = [[] for _ in prompts]
    for item, number in sorted(zip(takings.item.tolist(), takings.exchange.tolist(), strict=True)):
        found[number - first].append(item)
    return found


@pytest.mark.parametrize("frame", ["{item}", FRAME, TWO_ENDS], ids=["alone", "at the end", "in the middle"])
def test_an_item_is_recognised(tmp_path, frame):
    assert _taken(tmp_path, [frame.format(item=item) for item in ITEMS]) == [[0], [1], [2]]


def test_a_prompt_with_a_phrase_in_common_is_not_the_item(tmp_path):
    prompts = [
        "Which of the two roads should I take to my aunt if the ferry is not running this weekend, do you think?",
        "A tank in the old mill would make a fine garden pond, what do I need to know before I move it?",
        FRAME.format(item="Anna has 12 apples and eats a third of them on her way home, how many are left?"),
    ]
    assert _taken(tmp_path, prompts) == [[], [], []]


def test_without_a_set_nothing_is_looked_for():
    assert len(no_takings().item) == 0
