"""Tests by coins cry wolf as often as they say, over fresh keys on text that no coin has touched."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.attribution.codebook import Choice, Codebook
from stillwatch.attribution.coins import coin_scorer, pairs_in_use, scheme_text, wordings_in_use
from stillwatch.attribution.decoys import calibrate, decoy_secrets
from stillwatch.attribution.key_ring import decoy_material
from stillwatch.attribution.plan import PlannedTest
from stillwatch.attribution.subject import Subject

BOOK = Codebook(tuple(Choice(name=f"n{at}", first=f"uno{at}", second=f"dos{at}") for at in range(60)))
PAIRS = tuple(AnswerPair(f"p{at}", "", "a", "b") for at in range(60))


def clean():
    """Habits that hang together: each choice leans as the one before it more often than not."""
    rng = np.random.default_rng(3)
    sides = np.cumsum(rng.random(60) < 0.2) % 2
    words = [(choice.first, choice.second)[side] for choice, side in zip(BOOK.choices, sides, strict=True)]
    values = ((2 * sides - 1) * rng.exponential(size=60)).tolist()
    preferences = {pair.name: value for pair, value in zip(PAIRS, values, strict=True)}
    return Subject(name="x", texts=(), said=(" ".join(words),), preferences=preferences)


@pytest.mark.parametrize("rule", ["codebook", "codeword", "paired", "paired_weighed"])
def test_a_thousand_keys(rule):
    if rule.startswith("paired"):
        in_use = pairs_in_use(PAIRS, key=bytes(32), epoch="")
    else:
        in_use = wordings_in_use(BOOK, np.full((60, 2), 5), key=bytes(32), epoch="")
    scheme = scheme_text(in_use.identity, "c-1" if rule == "codeword" else "")
    test = PlannedTest("codebook/all/2026-11-16", "", scheme, rule, material_sha256=in_use.material_sha256)
    score = coin_scorer(test, in_use, clean())
    keys = decoy_secrets(lambda label: decoy_material(bytes(32), label))
    count = 300 if rule == "codeword" else 1_000
    report = calibrate(score, score(bytes(32)), keys, count=count, is_exact=False)
    assert report.is_within_band
    assert report.cells[0].share > 0.01
