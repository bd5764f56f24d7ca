from __future__ import annotations

import numpy as np

from stillwatch.attribution.detect import detect
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.evaluation.small_language import CountingStudent, Followers, SmallLanguage

GUMBEL = open_scheme("gumbel_siphash")
KEY = GUMBEL.key_of(bytes(range(16)))
LANGUAGE = SmallLanguage.of(symbols=39, seed=1)


def test_a_seed_makes_one_language_and_one_text():
    again = SmallLanguage.of(symbols=39, seed=1)
    assert (again.sample(sequences=3, length=9, seed=2) == LANGUAGE.sample(sequences=3, length=9, seed=2)).all()
    assert not np.allclose(SmallLanguage.of(symbols=39, seed=2).logits, LANGUAGE.logits)


def test_symbols_follow_as_the_logits_say():
    text = LANGUAGE.sample(sequences=4_000, length=3, seed=3)
    chances = np.exp(LANGUAGE.logits) / np.exp(LANGUAGE.logits).sum(axis=-1, keepdims=True)
    expected = chances[text[:, 0], text[:, 1]].sum(axis=0)
    seen = np.bincount(text[:, 2], minlength=39)
    assert ((seen - expected) ** 2 / expected).sum() < 80  # chi-squared of 38 degrees: 80 has chance 1e-4


def test_a_mark_is_found_by_its_key_alone():
    text = LANGUAGE.sample(sequences=20, length=80, seed=4, mark=Mark(scheme=GUMBEL, key=KEY))
    assert detect(text, GUMBEL, KEY).log10_p < -25
    assert detect(text, GUMBEL, GUMBEL.key_of(bytes(16))).log10_p > -4


def test_a_context_that_repeats_in_a_sequence_is_sampled_plainly():
    """Else a marked sequence would run in circles: its first repeat would fix all the rest."""
    flat = SmallLanguage(np.zeros((3, 3, 3)))
    text = flat.sample(sequences=1, length=400, seed=5, mark=Mark(scheme=GUMBEL, key=KEY))
    assert len(np.unique(np.lib.stride_tricks.sliding_window_view(text[0], 3), axis=0)) == 27


def test_a_student_continues_as_what_it_learned_from():
    student = CountingStudent.of(np.array([[1, 2, 0] * 20]), symbols=3)
    text = student.sample(sequences=400, length=8, seed=6)
    follows = {(1, 2): 0, (2, 0): 1, (0, 1): 2}
    last = [(tuple(row[-3:-1]), row[-1]) for row in text.tolist() if tuple(row[-3:-1]) in follows]
    assert np.mean([follows[context] == token for context, token in last]) > 0.85


def test_what_was_never_seen_has_no_followers():
    found = Followers.of(np.array([5, 2, 5]), np.array([7, 8, 9])).one_of(
        np.array([5, 5, 2, 9]), np.array([0, 0.9, 0.5, 0.5])
    )
    assert found.seen.tolist() == [2, 2, 1, 0]
    assert found.tokens[:3].tolist() == [7, 9, 8]
