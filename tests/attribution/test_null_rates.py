"""How often text that met no key is taken for marked: at .05 and .01, over fresh keys, in text of every kind.

The text is fixed and keys are drawn, as the null hypothesis has it. Three kinds of it: as varied as language, one reply
repeated, and a template with few words changed; without de-duplication on the effective seed the last two give rates of
a fifth and more.
"""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.decoys import band
from stillwatch.attribution.detect import pairs_of, scorer
from stillwatch.attribution.scheme_shelf import open_scheme

SETTINGS = [
    ("gumbel_siphash", {"context_width": 2}),
    ("gumbel_siphash", {"context_width": 1}),
    ("green_siphash", {"context_width": 1}),
    ("tournament_siphash", {}),
    ("vllm_gumbel", {"context_width": 2}),
    ("vllm_gumbel", {}),
    ("vllm_dual_key_gumbel", {"context_width": 2}),
    ("vllm_sbw", {}),
    ("vllm_sbw", {"seeding": "lefthash", "context_width": 1}),
    ("vllm_sbw", {"seeding": "lefthash", "context_width": 3}),
    ("hf_lefthash", {"vocabulary": 2_000}),
    ("hf_synthid", {}),
    ("unigram", {"vocabulary": 2_000}),
]
SLOW_SETTINGS = [
    *SETTINGS,
    ("hf_selfhash", {"vocabulary": 2_000}),
    ("hf_selfhash", {"vocabulary": 2_000, "context_width": 1}),
]


def natural(tokens: int) -> list[np.ndarray]:
    """Replies of 100 tokens whose frequencies fall as words' do, each token leaning on the last."""
    rng = np.random.default_rng(21)
    ranks = (rng.zipf(1.25, tokens) - 1) % 2_000
    leaning = np.where(rng.random(tokens) < 0.5, (np.roll(ranks, 1) * 7 + ranks % 5) % 2_000, ranks)
    return list(leaning.reshape(-1, 100))


def repeated(tokens: int) -> list[np.ndarray]:
    return natural(500)[:5] * (tokens // 500)


def templated(tokens: int) -> list[np.ndarray]:
    """One reply of 100 tokens with eight places filled anew each time."""
    rng = np.random.default_rng(22)
    rows = np.tile(natural(100)[0], (tokens // 100, 1))
    places = rng.choice(100, 8, replace=False)
    rows[:, places] = rng.integers(0, 60, (len(rows), 8))
    return list(rows)


TEXTS = {"natural": natural, "repeated": repeated, "templated": templated}


def rates(texts: list[np.ndarray], name: str, parameters: dict[str, int | str], keys: int) -> list[float]:
    scheme = open_scheme(name, parameters)
    score_of = scorer(pairs_of(texts, scheme.context_width), scheme)
    rng = np.random.default_rng(23)
    found = np.array([score_of(scheme.key_of(rng.bytes(32))).log10_p for _ in range(keys)])
    return [float(np.mean(10.0**found <= level)) for level in (0.05, 0.01)]


@pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=str)
def test_false_alarms_are_as_rare_as_stated(name: str, parameters: dict[str, int | str]) -> None:
    texts = [*natural(800), *repeated(1_000), *templated(1_000)]
    for level, rate in zip((0.05, 0.01), rates(texts, name, parameters, 300), strict=True):
        assert rate <= band(level, 300)[1] + 0.007


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(("name", "parameters"), SLOW_SETTINGS, ids=str)
def test_false_alarms_are_as_rare_as_stated_at_30_000_tokens(
    name: str, parameters: dict[str, int | str], kind: str
) -> None:
    is_exact = open_scheme(name, parameters).null.is_exact
    for level, rate in zip((0.05, 0.01), rates(TEXTS[kind](30_000), name, parameters, 400), strict=True):
        lowest, highest = band(level, 400)
        assert rate <= highest + 0.0075
        assert not is_exact or rate >= lowest - 0.0075


def test_without_effective_seeds_repeats_are_false_alarms() -> None:
    scheme = open_scheme("gumbel_siphash")
    pairs, rng = pairs_of(repeated(1_500), 2), np.random.default_rng(24)
    scores = [float(scheme.scores(*pairs, scheme.key_of(rng.bytes(32))).sum()) for _ in range(200)]
    alarms = np.mean([scheme.null.log10_p(len(pairs.tokens), one) <= -2 for one in scores])
    assert alarms > 0.05
