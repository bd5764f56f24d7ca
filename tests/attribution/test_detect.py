"""Detection: what is scored, once, and with what chance by accident."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.detect import (
    Detection,
    Pairs,
    are_among,
    contexts_of,
    detect,
    detect_pairs,
    pairs_of,
    scorer,
)
from stillwatch.attribution.scheme_shelf import open_scheme

SCHEME = open_scheme("gumbel_siphash", {"context_width": 2})
KEY = SCHEME.key_of(bytes(range(32)))


def test_a_context_lies_within_one_text() -> None:
    pairs = pairs_of([[1, 2, 3, 4], [5], [], [6, 7, 8]], 2)
    assert (pairs.contexts.tolist(), pairs.tokens.tolist()) == ([[1, 2], [2, 3], [6, 7]], [3, 4, 8])


def test_without_context_every_token_is_a_pair() -> None:
    pairs = pairs_of([[1, 2], [3]], 0)
    assert (pairs.contexts.shape, pairs.tokens.tolist()) == ((3, 0), [1, 2, 3])


def test_a_repeated_text_is_no_new_evidence() -> None:
    text = np.random.default_rng(1).integers(0, 300, 500)
    once, often = detect([text], SCHEME, KEY), detect([text] * 7, SCHEME, KEY)
    assert (often.n, often.score, often.log10_p) == (once.n, once.score, once.log10_p)
    assert often.pairs == 7 * once.pairs


def test_what_stands_in_a_prompt_is_left_out_even_at_its_very_end() -> None:
    excluded = contexts_of([[1, 2, 3], [9]], SCHEME)
    assert excluded.tolist() == [[1, 2], [2, 3]]
    found = detect([[1, 2, 5, 6], [2, 3, 7]], SCHEME, KEY, prompt_contexts=excluded)
    assert (found.pairs, found.excluded, found.n) == (3, 2, 1)


def test_a_scheme_without_context_leaves_out_the_tokens_of_prompts() -> None:
    scheme = open_scheme("unigram", {"vocabulary": 100})
    excluded = contexts_of([[4, 5], [6]], scheme)
    assert are_among(pairs_of([[4, 7, 6]], 0), excluded).tolist() == [True, False, True]
    assert detect([[4, 7, 6]], scheme, scheme.key_of(bytes(32)), prompt_contexts=excluded).n == 1


@pytest.mark.parametrize("name", ["gumbel_siphash", "unigram", "hf_synthid"])
def test_no_text_is_no_evidence(name: str) -> None:
    scheme = open_scheme(name)
    assert detect([], scheme, scheme.key_of(bytes(32))) == Detection(n=0, score=0.0, log10_p=0.0, pairs=0)


def test_chosen_pairs_are_tested_as_they_are() -> None:
    pairs = Pairs(np.array([[1, 2], [3, 4], [1, 2]]), np.array([5, 6, 5]))
    found = detect_pairs(pairs, SCHEME, KEY)
    scores = SCHEME.scores(pairs.contexts[:2], pairs.tokens[:2], KEY)
    assert found == Detection(
        n=2, score=float(scores.sum()), log10_p=SCHEME.null.log10_p(2, float(scores.sum())), pairs=3
    )


@pytest.mark.parametrize("name", ["gumbel_siphash", "vllm_sbw"])
def test_the_same_pairs_are_scored_with_one_key_after_another(name: str) -> None:
    scheme = open_scheme(name)
    pairs = pairs_of([np.random.default_rng(6).integers(0, 20, 400)], scheme.context_width)
    score_of = scorer(pairs, scheme)
    for material in (bytes(32), bytes(range(32))):
        key = scheme.key_of(material)
        assert score_of(key) == detect_pairs(pairs, scheme, key)
