"""How often text that met no key is taken for marked: at .05 and .01, over fresh keys, in text of every kind.

The text is fixed and keys are drawn, as the null hypothesis has it. Three kinds of it: as varied as language, one reply
repeated, and a template with few words changed; without de-duplication on the effective seed the last two give rates of
a fifth and more.
"""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from attribution_texts import TEXTS, natural, repeated, templated
from stillwatch.attribution.decoys import DecoyReport, calibrate
from stillwatch.attribution.detect import Pairs, detect_pairs, pairs_of, scorer
from stillwatch.attribution.scheme_shelf import open_scheme

SETTINGS = [
    ("gumbel_siphash", {"context_width": 2}),
    ("green_siphash", {"context_width": 1}),
    ("tournament_siphash", {}),
    ("vllm_gumbel", {"context_width": 2}),
    ("vllm_dual_key_gumbel", {"context_width": 2}),
    ("sglang_gumbel", {"context_width": 2}),
    ("sglang_dual_key_gumbel", {"context_width": 2, "mixing": 0.3}),
    ("vllm_sbw", {}),
    ("vllm_sbw", {"seeding": "lefthash", "context_width": 3}),
    ("hf_lefthash", {"vocabulary": 2_000}),
    ("hf_synthid", {}),
    ("unigram", {"vocabulary": 2_000}),
]
SLOW_SETTINGS = [
    *SETTINGS,
    ("gumbel_siphash", {"context_width": 1}),
    ("vllm_gumbel", {}),
    ("vllm_sbw", {"seeding": "lefthash", "context_width": 1}),
    ("hf_selfhash", {"vocabulary": 2_000}),
    ("hf_selfhash", {"vocabulary": 2_000, "context_width": 1}),
]


def calibrated(texts: list[np.ndarray], name: str, parameters: dict[str, int | str], keys: int) -> DecoyReport:
    """Rates over fresh keys; where so many leave the band, as many again times four decide, as for decoys."""
    scheme = open_scheme(name, parameters)
    score_of = scorer(pairs_of(texts, scheme.context_width), scheme)
    rng = np.random.default_rng(23)
    fresh = (scheme.key_of(rng.bytes(32)) for _ in count())
    return calibrate(score_of, score_of(next(fresh)), fresh, count=keys, is_exact=scheme.null.is_exact)


@pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=str)
def test_false_alarms_are_as_rare_as_stated(name: str, parameters: dict[str, int | str]) -> None:
    report = calibrated([*natural(800), *repeated(1_000), *templated(1_000)], name, parameters, 200)
    assert report.is_within_band, report.cells


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(("name", "parameters"), SLOW_SETTINGS, ids=str)
def test_false_alarms_are_as_rare_as_stated_at_30_000_tokens(
    name: str, parameters: dict[str, int | str], kind: str
) -> None:
    report = calibrated(TEXTS[kind](30_000), name, parameters, 400)
    assert report.is_within_band, report.cells


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("hf_lefthash", {"vocabulary": 2_000}), ("vllm_sbw", {"seeding": "lefthash", "context_width": 1})],
    ids=str,
)
def test_what_every_key_draws_alike_is_never_scored(name: str, parameters: dict[str, int | str]) -> None:
    """After token 0 a seed of key times token is 0 under all keys; with it 4,000 of them had a rate of .075 at .05."""
    scheme = open_scheme(name, parameters)
    contexts, tokens = np.zeros((60, 1), np.int64), np.arange(60)
    keys = [scheme.key_of(bytes([number]) * 32) for number in range(3)]
    drawn = [scheme.draw(contexts, tokens, key).tolist() for key in keys]
    assert drawn[0] == drawn[1] == drawn[2]
    assert [detect_pairs(Pairs(contexts, tokens), scheme, key).n for key in keys] == [0, 0, 0]
    assert detect_pairs(Pairs(contexts + 1, tokens), scheme, keys[0]).n == 60


def test_without_effective_seeds_repeats_are_false_alarms() -> None:
    scheme = open_scheme("gumbel_siphash")
    pairs, rng = pairs_of(repeated(1_500), 2), np.random.default_rng(24)
    scores = [float(scheme.scores(*pairs, scheme.key_of(rng.bytes(32))).sum()) for _ in range(200)]
    alarms = np.mean([scheme.null.log10_p(len(pairs.tokens), one) <= -2 for one in scores])
    assert alarms > 0.05
