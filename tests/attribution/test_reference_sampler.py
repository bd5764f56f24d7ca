"""The sampler: what engines choose, no distortion where none is promised, and text that its detector finds."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.detect import detect
from stillwatch.attribution.reference_sampler import Mark, has_fresh_context, marked_logits, sample_marked
from stillwatch.attribution.scheme import key_of_words
from stillwatch.attribution.scheme_shelf import open_scheme

LOGITS = np.round(np.random.default_rng(12).normal(0, 3, (2, 100)), 3)
CONTEXTS = np.array([[9, 5, 6], [9, 7, 8]])
GREEN_BY_TRANSFORMERS = {
    "hf_lefthash": (
        [0, 1, 19, 20, 21, 23, 30, 34, 36, 47, 49, 51, 65, 68, 69, 78, 79, 80, 81, 82, 83, 86, 93, 96, 99],
        [2, 5, 9, 11, 17, 19, 22, 28, 33, 37, 44, 45, 55, 58, 60, 71, 73, 74, 76, 77, 82, 83, 84, 90, 98],
    ),
    "hf_selfhash": ([3, 9, 39, 42, 44, 45, 49, 58, 62, 67, 76, 90], [10, 17, 20, 26, 41, 49, 53, 65, 68, 79, 92]),
}
"""Tokens that `WatermarkLogitsProcessor` of transformers 5.23 gave its bias to: key 15485863, 100 tokens."""
SETTINGS = {
    "gumbel_siphash": {},
    "green_siphash": {},
    "tournament_siphash": {},
    "vllm_gumbel": {"context_width": 2},
    "vllm_dual_key_gumbel": {"context_width": 2},
    "vllm_sbw": {},
    "hf_lefthash": {"vocabulary": 400},
    "hf_selfhash": {"vocabulary": 400},
    "hf_synthid": {"ngram_len": 3},
    "unigram": {"vocabulary": 400},
}


def mark(name: str, **parameters: float) -> Mark:
    scheme = open_scheme(name, {**SETTINGS[name], **parameters})
    return Mark(scheme=scheme, key=scheme.key_of(bytes(range(32))))


def text_of(marked: Mark, *, replies: int, length: int) -> np.ndarray:
    """Replies (replies, length) of an invented model whose logits hang on the last token alone."""
    rng = np.random.default_rng(8)
    model = rng.normal(0.0, 1.5, (400, 400))
    history = rng.integers(0, 400, (replies, 1))
    while history.shape[1] < length:
        history = np.column_stack([history, sample_marked(model[history[:, -1]], history, marked, rng)])
    return history


def test_the_choice_is_that_of_vllm() -> None:
    rng = np.random.default_rng(11)
    logits = rng.normal(0, 3, (6, 40)).astype(np.float32).astype(np.float64)
    scheme = open_scheme("vllm_gumbel", {"context_width": 3})
    chosen = sample_marked(
        logits, rng.integers(0, 40, (6, 3)), Mark(scheme=scheme, key=key_of_words(0xABCDEF0123456789)), rng
    )
    assert chosen.tolist() == [10, 10, 9, 35, 37, 16]  # GumbelWatermarker of vLLM 0.33.0 on a CPU


@pytest.mark.parametrize("name", GREEN_BY_TRANSFORMERS)
def test_the_bias_goes_where_transformers_puts_it(name: str) -> None:
    scheme = open_scheme(name, {"vocabulary": 100} | ({"context_width": 3} if name == "hf_selfhash" else {}))
    marked = marked_logits(
        LOGITS, CONTEXTS[:, 3 - scheme.context_width :], Mark(scheme=scheme, key=key_of_words(15485863), bias=1.5)
    )
    assert tuple(np.flatnonzero(row).tolist() for row in marked > LOGITS + 1.0) == GREEN_BY_TRANSFORMERS[name]


def test_the_tournament_moves_probability_as_transformers_does() -> None:
    scheme = open_scheme("hf_synthid", {"ngram_len": 3, "layers": 4})
    marked = marked_logits(LOGITS[:, :8], CONTEXTS[:, 1:], Mark(scheme=scheme, key=key_of_words(654, 400, 836, 123)))
    assert np.exp(marked).round(6).tolist() == [
        [0.013631, 0.417617, 0.167597, 0.004443, 0.395916, 6.1e-05, 0.00047, 0.000265],
        [7.7e-05, 0.007733, 0.101306, 0.014022, 0.021936, 0.164667, 0.140799, 0.549459],
    ]  # SynthIDTextWatermarkLogitsProcessor of transformers 5.23


@pytest.mark.parametrize("name", ["gumbel_siphash", "tournament_siphash", "vllm_dual_key_gumbel"])
def test_over_contexts_no_token_is_favoured(name: str) -> None:
    logits = np.tile(np.log([0.5, 0.3, 0.15, 0.05]), (6_000, 1))
    history = np.arange(12_000).reshape(6_000, 2)
    chosen = sample_marked(logits, history, mark(name), np.random.default_rng(1))
    assert np.bincount(chosen, minlength=4) / 6_000 == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.025)


def test_a_token_without_probability_is_never_chosen() -> None:
    logits = np.where(np.arange(6) == 3, -np.inf, np.zeros((500, 6)))
    for name in ("gumbel_siphash", "tournament_siphash", "green_siphash"):
        chosen = sample_marked(logits, np.arange(1_000).reshape(500, 2), mark(name), np.random.default_rng(2))
        assert sorted(set(chosen.tolist())) == [0, 1, 2, 4, 5]


def test_a_context_marks_once_in_a_reply() -> None:
    history = np.array([[1, 2, 3, 1, 2], [1, 2, 3, 2, 1]])
    assert has_fresh_context(history, 2).tolist() == [False, True]
    assert has_fresh_context(history[:, :1], 2).tolist() == [False, False]
    assert has_fresh_context(history, 0).tolist() == [True, True]
    chosen = {int(sample_marked(np.zeros((1, 50)), history[:1], mark("gumbel_siphash"), rng)[0]) for rng in seeds()}
    assert len(chosen) > 5


def seeds() -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(12)]


@pytest.mark.parametrize("name", SETTINGS)
def test_marked_text_is_found_with_its_key_and_with_no_other(name: str) -> None:
    marked = mark(name)
    texts = list(text_of(marked, replies=12, length=80))
    assert detect(texts, marked.scheme, marked.key).log10_p < -8
    assert detect(texts, marked.scheme, marked.scheme.key_of(bytes(32))).log10_p > -3
