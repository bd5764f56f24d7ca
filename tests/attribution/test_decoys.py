"""Decoys: a sound test stays within the band, one that counts repeats or claims too much leaves it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from stillwatch.attribution.decoys import DecoyReport, band, calibrate, decoy_keys
from stillwatch.attribution.detect import Detection, Pairs, pairs_of, scorer
from stillwatch.attribution.reference_sampler import Mark, sample_marked
from stillwatch.attribution.scheme_shelf import open_scheme

SCHEME = open_scheme("gumbel_siphash")
REAL = SCHEME.key_of(b"the real key of the test")


def material(label: str) -> bytes:
    return sha256(label.encode()).digest()


def natural(tokens: int = 250) -> Pairs:
    return pairs_of([np.random.default_rng(1).integers(0, 300, tokens)], SCHEME.context_width)


def test_keys_follow_their_labels() -> None:
    keys = decoy_keys(SCHEME, material)
    assert [next(keys), next(keys)] == [SCHEME.key_of(material("decoy/0")), SCHEME.key_of(material("decoy/1"))]


@pytest.mark.parametrize(("level", "ends"), [(0.05, (0.037, 0.063)), (0.01, (0.004, 0.016))])
def test_the_band_holds_95_percent_of_a_binomial(level: float, ends: tuple[float, float]) -> None:
    drawn = np.random.default_rng(3).binomial(1_000, level, 100_000) / 1_000
    lowest, highest = band(level, 1_000)
    assert (lowest, highest) == pytest.approx(ends, abs=0.0011)
    assert np.mean(drawn < lowest) <= 0.027
    assert np.mean(drawn > highest) <= 0.027
    assert np.mean((drawn >= lowest) & (drawn <= highest)) < 0.98


def test_a_key_that_marked_nothing_ranks_among_the_decoys() -> None:
    score_of = scorer(natural(), SCHEME)
    report = calibrate(score_of, score_of(REAL), decoy_keys(SCHEME, material), is_exact=True)
    assert (report.keys, report.is_within_band) == (1_000, True)
    assert report.monte_carlo_p > 0.01
    assert len(report.log10_p) == 1_000
    assert list(report.log10_p) == sorted(report.log10_p)


def test_a_key_that_marked_the_text_stands_before_every_decoy() -> None:
    rng, mark = np.random.default_rng(4), Mark(scheme=SCHEME, key=REAL)
    text = rng.integers(0, 300, (1, 2))
    for _ in range(60):
        text = np.column_stack([text, sample_marked(np.zeros((1, 300)), text, mark, rng)])
    score_of = scorer(pairs_of(list(text), 2), SCHEME)
    report = calibrate(score_of, score_of(REAL), decoy_keys(SCHEME, material), is_exact=True)
    assert report.is_within_band
    assert report.monte_carlo_p == 1 / (1 + report.keys)


def test_a_test_that_counts_repeats_is_refused_after_a_second_round() -> None:
    pairs = natural(60)

    def careless(key: bytes) -> Detection:
        scores = np.repeat(SCHEME.scores(*pairs, key), 8)
        total = float(scores.sum())
        return Detection(n=len(scores), score=total, log10_p=SCHEME.null.log10_p(len(scores), total), pairs=len(scores))

    report = calibrate(careless, careless(REAL), decoy_keys(SCHEME, material), count=100, is_exact=True)
    assert (report.rounds, report.keys, report.is_within_band) == (2, 400, False)
    assert report.cells[1].share > 0.1


def test_too_few_small_p_values_are_sound_for_a_bound_alone() -> None:
    def never(_: bytes) -> Detection:
        return Detection(n=9, score=1.0, log10_p=0.0, pairs=9)

    report = calibrate(never, never(REAL), decoy_keys(SCHEME, material), count=300, is_exact=True)
    assert (report.is_within_band, report.monte_carlo_p) == (False, 1.0)
    assert replace(report, is_exact=False).is_within_band
    assert isinstance(report, DecoyReport)
