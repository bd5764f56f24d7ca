"""Draws beside those of transformers on the same tokens, bit by bit, and both verdicts on text that met no key."""

from __future__ import annotations

import numpy as np
import pytest

from attribution_texts import natural, templated
from beside_transformers import MISSING, PYTHON, ask
from stillwatch.attribution.detect import detect, pairs_of
from stillwatch.attribution.scheme import key_of_words, key_words
from stillwatch.attribution.scheme_shelf import open_scheme

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PYTHON.exists(), reason=MISSING)]

TOKENS = [int(token) for text in natural(1_500) for token in text]
KEYS = [15485863, 4_000_000_007]
LISTS = [("lefthash", 1), ("lefthash", 4), ("selfhash", 1), ("selfhash", 4)]


@pytest.mark.parametrize(("seeding", "width"), LISTS)
def test_green_lists_are_those_of_transformers(seeding: str, width: int) -> None:
    theirs = ask("flags", tokens=TOKENS, keys=KEYS, seeding=seeding, context_width=width, vocabulary=2_000)["of_keys"]
    ours = open_scheme(
        f"hf_{seeding}", {"vocabulary": 2_000} | ({"context_width": width} if seeding == "selfhash" else {})
    )
    pairs = pairs_of([TOKENS], ours.context_width)
    for key, flags in zip(KEYS, theirs, strict=True):
        drawn = ours.draw(*pairs, key_of_words(key)).astype(int)
        assert drawn[len(drawn) - len(flags) :].tolist() == flags


def test_bits_of_synthid_are_those_of_transformers() -> None:
    scheme = open_scheme("hf_synthid")
    key = scheme.key_of(bytes(range(32)))
    signed = [word - (1 << 64) if word >> 63 else word for word in key_words(key)]
    theirs = ask("bits", tokens=TOKENS, keys=[signed], ngram_len=5, show=True)["of_keys"][0]
    assert scheme.draw(*pairs_of([TOKENS], 4), key).astype(int).tolist() == theirs["bits"]


def test_where_transformers_raises_false_alarms_we_do_not() -> None:
    """Templated replies, `selfhash` with each window counted once: the engine's own z-test against effective seeds."""
    tokens = [int(token) for text in templated(1_500) for token in text]
    keys = [int(key) for key in np.random.default_rng(31).integers(1 << 20, 1 << 31, 40)]
    settings = {"seeding": "selfhash", "context_width": 4, "vocabulary": 2_000, "ignore_repeated": True}
    theirs = np.array(ask("detect", tokens=tokens, keys=keys, **settings)["of_keys"])
    scheme = open_scheme("hf_selfhash", {"vocabulary": 2_000})
    ours = np.array([detect([tokens], scheme, key_of_words(key)).log10_p for key in keys])
    assert np.mean(theirs <= 0.01) > 0.1
    assert np.mean(ours <= -2) <= 0.05
