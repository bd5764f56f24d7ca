"""What every rule promises under the null hypothesis, over fresh keys: a twentieth below .05, a hundredth below .01."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stillwatch.attribution.detect import detect_pairs
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_probabilities, table_of_texts
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named, rules
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.evaluation.small_language import SmallLanguage

_LEVELS = (0.05, 0.01)
_CHANCE = 1e-4
"""Of a sound test to fail here, for each side of each level; seeds are fixed, so it fails always or never."""
_GUMBEL = open_scheme("gumbel_siphash")
_SCHEMES = {
    "gumbel": _GUMBEL,
    "green list": open_scheme("green_siphash", {"context_width": 1}),
    "tournament": open_scheme("tournament_siphash", {"layers": 8}),
    "vllm": open_scheme("vllm_gumbel", {"context_width": 2}),
}
_TEXT_RULES = [rule.name for rule in rules() if not rule.is_of_probabilities]
LANGUAGE = SmallLanguage.of(symbols=39, seed=1)


def plain(tokens):
    return LANGUAGE.sample(sequences=tokens // 125, length=125, seed=2)


def templated(tokens):
    """A fixed opening in every text, and every text said four times: what breaks a test that counts places."""
    texts = LANGUAGE.sample(sequences=tokens // 500, length=100, seed=3)
    opening = np.tile(LANGUAGE.sample(sequences=1, length=25, seed=4), (len(texts), 1))
    return np.tile(np.hstack([opening, texts]), (4, 1))


def keys(scheme, count):
    return (scheme.key_of(number.to_bytes(16)) for number in range(1, count + 1))


def assert_rates(log10_ps, *, is_exact):
    for level in _LEVELS:
        low = int(np.sum(np.array(log10_ps) <= np.log10(level)))
        assert stats.binom.sf(low - 1, len(log10_ps), level) > _CHANCE, (level, low, len(log10_ps))
        assert not is_exact or stats.binom.cdf(low, len(log10_ps), level) > _CHANCE, (level, low, len(log10_ps))


def log10_ps_over_keys(texts, rule, scheme, count):
    served = contexts_of_texts(plain(20_000), width=scheme.context_width)
    pairs = picked(table_of_texts(texts, width=scheme.context_width), rule_named(rule), served)
    return [detect_pairs(pairs, scheme, key).log10_p for key in keys(scheme, count)]


@pytest.mark.parametrize(
    ("rule", "texts"),
    [*((rule, plain) for rule in _TEXT_RULES), ("pairs", templated), ("mode", templated)],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_a_rule_keeps_its_promise_over_300_keys(rule, texts):
    assert_rates(log10_ps_over_keys(texts(4_000), rule, _GUMBEL, 300), is_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize("texts", [plain, templated], ids=lambda made: made.__name__)
@pytest.mark.parametrize("rule", _TEXT_RULES)
@pytest.mark.parametrize("scheme", _SCHEMES)
def test_a_rule_keeps_its_promise_for_every_kind_of_mark_over_1000_keys(scheme, rule, texts):
    found = log10_ps_over_keys(texts(30_000), rule, _SCHEMES[scheme], 1_000)
    assert_rates(found, is_exact=scheme in {"gumbel", "vllm"})


def test_the_likeliest_token_of_an_open_model_keeps_the_promise():
    contexts = plain(10_000)[:, :2]
    chances = np.exp(LANGUAGE.logits[contexts[:, 0], contexts[:, 1]])
    likeliest = np.argsort(-chances, axis=1)[:, :5]
    table = table_of_probabilities(contexts, likeliest, np.take_along_axis(chances, likeliest, axis=1))
    pairs = picked(table, rule_named("argmax"), contexts_of_texts([], width=2))
    assert_rates([detect_pairs(pairs, _GUMBEL, key).log10_p for key in keys(_GUMBEL, 300)], is_exact=True)


def served_log_rates(rule, count, *, log_sequences):
    """Each key has a marked log of its own, and the contexts in it choose what of one clean suspect is scored."""
    table = table_of_texts(plain(20_000), width=2)
    found = []
    for number, key in enumerate(keys(_GUMBEL, count)):
        mark = Mark(scheme=_GUMBEL, key=key)
        log = LANGUAGE.sample(sequences=log_sequences, length=40, seed=1_000 + number, mark=mark)
        pairs = picked(table, rule_named(rule), contexts_of_texts(log, width=2))
        found.append(detect_pairs(pairs, _GUMBEL, key).log10_p)
    return found


def test_what_the_log_served_may_choose_contexts():
    assert_rates(served_log_rates("mode_log", 20, log_sequences=120), is_exact=True)


@pytest.mark.slow
def test_what_the_log_served_may_choose_contexts_over_1500_keys():
    assert_rates(served_log_rates("mode_log", 1_500, log_sequences=380), is_exact=True)


def test_tokens_that_were_served_may_not_choose():
    """The trap itself: were pairs scored that the log holds, a clean suspect of the same habits would look marked."""
    suspect = table_of_texts(plain(20_000), width=2)
    rows = np.column_stack([suspect.contexts[suspect.context_of], suspect.tokens])
    low = []
    for number, key in enumerate(keys(_GUMBEL, 3)):
        log = LANGUAGE.sample(sequences=40, length=125, seed=number, mark=Mark(scheme=_GUMBEL, key=key))
        served = table_of_texts(log, width=2)
        held = {tuple(row) for row in np.column_stack([served.contexts[served.context_of], served.tokens]).tolist()}
        among = np.array([tuple(row) in held for row in rows.tolist()])
        pairs = picked(suspect, rule_named("pairs"), contexts_of_texts([], width=2))
        low.append(detect_pairs(type(pairs)(pairs.contexts[among], pairs.tokens[among]), _GUMBEL, key).log10_p < -5)
    assert all(low)
