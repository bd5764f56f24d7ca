import json

import numpy as np
import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.corpora import Decks, load_corpora, merge
from stillwatch.evaluation.grammar import load_grammar
from stillwatch.evaluation.keys import indices, mix


def write_corpus(folder, rows):
    (folder / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return load_corpora({"corpus:mine"}, load_grammar(), folder)["corpus:mine"]


def test_prompts_come_from_a_file(tmp_path):
    source = write_corpus(tmp_path, [{"prompt": 'say "a"'}, {"prompt": "b"}, {"prompt": "b"}])
    text = source.text(np.array([1, 0]), mix(np.arange(2)), np.array([1, 1]))
    assert (source.size, text.to_pylist()) == (2, ["b", 'say \\"a\\"'])


def test_conversations_stay_in_one_piece(tmp_path):
    rows = [{"prompt": f"{c}.{t}", "conversation": c, "turn": t} for c in (4, 2) for t in (0, 1)]
    source = write_corpus(tmp_path, rows)
    text = source.text(np.array([0, 0, 1]), mix(np.arange(3)), np.array([1, 2, 2]))
    assert (source.turns.tolist(), text.to_pylist()) == ([2, 2], ["2.0", "2.1", "4.1"])


def test_tasks_make_groups(tmp_path):
    source = write_corpus(tmp_path, [{"prompt": str(n), "task": "ab"[n % 2]} for n in range(6)])
    assert sorted(group.tolist() for group in source.groups) == [[0, 2, 4], [1, 3, 5]]


def test_a_deck_never_deals_an_item_twice(tmp_path):
    source = write_corpus(tmp_path, [{"prompt": str(n)} for n in range(10)])
    decks = Decks(1)
    dealt = [decks.deal("mine", source, count) for count in (4, 4, 4)]
    assert [len(hand) for hand in dealt] == [4, 4, 2]
    assert sorted(np.concatenate(dealt).tolist()) == list(range(10))


@pytest.mark.parametrize(
    ("spec", "root", "message"),
    [("corpus:none", True, "not found"), ("corpus:none", False, "needs a folder"), ("song:x", True, "unknown source")],
)
def test_missing_sources_are_named(tmp_path, spec, root, message):
    with pytest.raises(InputError, match=message):
        load_corpora({spec}, load_grammar(), tmp_path if root else None)


def test_merge_puts_each_value_at_its_row():
    merged = merge(indices(np.array([5, 6])), np.array([2, 0]), indices(np.array([7])), np.array([1]))
    assert merged.to_pylist() == [6, 7, 5]
