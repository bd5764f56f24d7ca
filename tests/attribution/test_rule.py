"""Every rule picks what its case says; none of them ever sees a key."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.pair_table import PairTable, contexts_of_texts, table_of_texts
from stillwatch.attribution.rule import likeliest, picked
from stillwatch.attribution.rule_shelf import rules

_NOTHING_SERVED = contexts_of_texts([], width=1)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_picks_what_its_case_says(rule):
    table = table_of_texts([rule.case.text], width=1)
    pairs = picked(table, rule, contexts_of_texts([rule.case.served], width=1))
    assert sorted(map(tuple, np.column_stack(pairs).tolist())) == sorted(rule.case.scored)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_takes_each_pair_once_and_none_from_an_empty_text(rule):
    rng = np.random.default_rng(3)
    texts = rng.integers(0, 6, (20, 30))
    served = contexts_of_texts(texts, width=2)
    rows = rule.pick(table_of_texts(texts, width=2), served)
    assert len(rows) == len(np.unique(rows)) > 0
    assert len(rule.pick(table_of_texts([], width=2), served)) == 0


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.needs_served], ids=lambda rule: rule.name)
def test_a_rule_that_asks_the_log_takes_nothing_when_nothing_was_served(rule):
    assert len(rule.pick(table_of_texts([[1, 2, 1, 2, 1, 2]], width=1), _NOTHING_SERVED)) == 0


def test_of_equally_common_tokens_the_lowest_is_likeliest():
    table = table_of_texts([[1, 9, 1, 4, 1, 7]], width=1)
    assert table.tokens[likeliest(table, np.array([0]))].tolist() == [4]


def test_a_heavier_token_is_likelier_than_a_lower_one():
    table = PairTable(
        contexts=np.array([[5]]),
        context_seen=np.array([2]),
        context_of=np.array([0, 0]),
        tokens=np.array([1, 2]),
        weights=np.array([0.9, 1.1]),
    )
    assert likeliest(table, np.array([0])).tolist() == [1]
