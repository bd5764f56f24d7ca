"""The shelf of schemes: what each draws beside what the engine's own code drew, and what its null hypothesis says."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.scheme_shelf import open_scheme, scheme_families
from stillwatch.core.errors import InputError

SHELF = scheme_families()
CASES = [
    pytest.param(family.name, case, id=f"{family.name} {number}")
    for family in SHELF
    for number, case in enumerate(family.cases)
]
SETTINGS = [
    *((family.name, {}) for family in SHELF),
    ("hf_selfhash", {"context_width": 1}),
    ("vllm_sbw", {"seeding": "lefthash", "context_width": 3}),
    ("vllm_sbw", {"seeding": "selfhash", "context_width": 1}),
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_draws_are_those_of_the_engine(name: str, case) -> None:
    scheme = open_scheme(name, case.parameters)
    contexts = np.array(case.contexts, np.int64).reshape(len(case.tokens), scheme.context_width)
    drawn = scheme.draw(contexts, np.array(case.tokens), case.key)
    assert np.array_equal(drawn, np.array(case.draws))


@pytest.mark.parametrize("family", SHELF, ids=lambda family: family.name)
def test_a_scheme_has_a_case_and_a_manual_page(family) -> None:
    assert family.cases
    assert family.title
    page = __import__(f"stillwatch.attribution.schemes.{family.name}", fromlist=["SCHEME"]).__doc__
    assert all(f"\n{part}:" in page for part in ("Marks", "Null", "Loses", "References"))
    built = family.build(family.defaults)
    assert (built.name, dict(built.parameters)) == (family.name, dict(family.defaults))


@pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=str)
def test_draws_and_seeds_broadcast_over_a_vocabulary(name: str, parameters: dict[str, int | str]) -> None:
    scheme = open_scheme(name, parameters)
    key = scheme.key_of(bytes(range(32)))
    contexts = np.random.default_rng(3).integers(0, 50_000, (2, scheme.context_width))
    vocabulary = np.arange(6)
    scores = scheme.scores(contexts[:, None, :], vocabulary, key)
    seeds = scheme.seeds(contexts[:, None, :], vocabulary, key)
    assert scores.shape == seeds.shape == (2, 6)
    each = np.repeat(contexts, 6, axis=0)
    assert np.array_equal(scores.ravel(), scheme.scores(each, np.tile(vocabulary, 2), key))
    assert np.array_equal(seeds.ravel(), scheme.seeds(each, np.tile(vocabulary, 2), key))


@pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=str)
def test_equal_seeds_are_one_draw_and_a_mean_score_is_that_of_the_law(name: str, parameters) -> None:
    scheme = open_scheme(name, parameters)
    rng = np.random.default_rng(5)
    key = scheme.key_of(rng.bytes(32))
    contexts, tokens = rng.integers(0, 12, (1_500, scheme.context_width)), rng.integers(0, 400, 1_500)
    seeds, scores = scheme.seeds(contexts, tokens, key), scheme.scores(contexts, tokens, key)
    distinct, first, back = np.unique(seeds, return_index=True, return_inverse=True)
    assert np.array_equal(scores, scores[first][back])
    assert len(np.unique(scores)) == min(len(distinct), len(np.unique(scores)))
    small = np.array([1e-4])
    if np.isfinite(scheme.null.log_mgf(small)[0]):
        mean = float(scheme.null.log_mgf(small)[0] - scheme.null.log_mgf(-small)[0]) / 2e-4
        error = float(np.std(scores[first])) / len(first) ** 0.5
        assert abs(float(np.mean(scores[first])) - mean) < 4.5 * error


def test_an_unknown_scheme_is_named_with_what_may_be_meant() -> None:
    with pytest.raises(InputError, match=r"gumble_siphash.*'gumbel_siphash'"):
        open_scheme("gumble_siphash")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gumbel_siphash", {"context_width": 0}),
        ("green_siphash", {"gamma": 0.0}),
        ("vllm_sbw", {"seeding": "righthash"}),
        ("hf_synthid", {"layers": 65}),
        ("unigram", {"vocabulary": 1}),
    ],
)
def test_parameters_that_make_no_scheme_are_refused(name: str, parameters) -> None:
    with pytest.raises(InputError):
        open_scheme(name, parameters)
