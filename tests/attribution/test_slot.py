from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.detect import Pairs, detect_pairs, pairs_of
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_texts
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.slot import LayeredMark, Slot, in_slot, slots_of
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage

GUMBEL = open_scheme("gumbel_siphash")
SLOT_KEY = bytes(range(16))
LANGUAGE = SmallLanguage.of(symbols=64, seed=1)


def mark_of(number):
    return Mark(scheme=GUMBEL, key=GUMBEL.key_of(number.to_bytes(16)))


def layered(sequences, accounts):
    own = tuple(mark_of(100 + account) for account in range(accounts))
    return LayeredMark(slot_key=SLOT_KEY, shared=mark_of(1), own=own, account_of=np.arange(sequences) % accounts)


def test_each_layer_gets_its_part_of_the_contexts_and_the_key_says_which():
    contexts = np.random.default_rng(1).integers(0, 500, (9_000, 2))
    slots = slots_of(contexts, SLOT_KEY, 3)
    assert np.allclose(np.bincount(slots) / 9_000, 1 / 3, atol=0.02)
    assert (slots != slots_of(contexts, bytes(16), 3)).mean() > 0.6


def test_pairs_are_divided_among_the_layers():
    pairs = pairs_of([np.random.default_rng(1).integers(0, 9, 200)], 2)
    parts = [in_slot(pairs, Slot(SLOT_KEY, 2, layer)) for layer in (0, 1)]
    assert sum(len(part.tokens) for part in parts) == len(pairs.tokens)
    assert all(isinstance(part, Pairs) and len(part.tokens) for part in parts)


def test_each_layer_of_a_text_is_found_by_its_key_in_its_slot_alone():
    text = LANGUAGE.sample(sequences=24, length=60, seed=2, mark=layered(24, accounts=2))
    pairs = {account: pairs_of(text[account::2], 2) for account in (0, 1)}
    for layer, key in ((0, mark_of(1).key), (1, mark_of(100).key)):
        found = [detect_pairs(in_slot(pairs[0], Slot(SLOT_KEY, 2, slot)), GUMBEL, key).log10_p for slot in (0, 1)]
        assert found[layer] < -8
        assert found[1 - layer] > -3
    assert detect_pairs(in_slot(pairs[1], Slot(SLOT_KEY, 2, 1)), GUMBEL, mark_of(100).key).log10_p > -3


@pytest.mark.slow
def test_the_shared_layer_survives_a_split_over_sixteen_accounts():
    marked = LANGUAGE.sample(sequences=800, length=80, seed=3, mark=layered(800, accounts=16))
    text = CountingStudent.of(marked, symbols=64).sample(sequences=250, length=80, seed=4)
    pairs = picked(table_of_texts(text, width=2), rule_named("mode"), contexts_of_texts([], width=2))
    assert detect_pairs(in_slot(pairs, Slot(SLOT_KEY, 2, 0)), GUMBEL, mark_of(1).key).log10_p < -30
    own = [detect_pairs(in_slot(pairs, Slot(SLOT_KEY, 2, 1)), GUMBEL, mark_of(100 + n).key).log10_p for n in range(16)]
    assert min(own) > -10
