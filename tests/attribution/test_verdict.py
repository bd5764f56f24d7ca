from __future__ import annotations

import itertools

import pytest

from stillwatch.attribution.check import Check
from stillwatch.attribution.verdict import Checks, Claim, VerdictKind, judge, lead

_ALPHA = -2.0


def claim(log10_p: float, *, missed_below: float = 0.031) -> Claim:
    return Claim(
        key="global/2026-47",
        scheme="vllm_gumbel",
        epoch="2026-47",
        adjusted_log10_p=log10_p,
        contexts=5_123,
        missed_below=missed_below,
    )


def checks(*failed: str) -> Checks:
    return Checks(
        *(
            Check(name=name, has_passed=name not in failed, said=f"{name} was seen", mend=f"mend {name}")
            for name in Checks._fields
        )
    )


def test_a_low_p_with_every_check_is_dependence_on_a_key():
    found = judge(claim(-41.3), checks(), log10_alpha=_ALPHA)
    assert found.kind is VerdictKind.DEPENDENT
    assert found.sentence == (
        "The suspect's text depends on key global/2026-47 (vllm_gumbel, epoch 2026-47). Had it never met text marked "
        "with global/2026-47, directly or through others, so strong a result would occur with probability at "
        "most 6e-42."
    )
    assert found.because == ("plan was seen", "decoys was seen", "controls was seen", "spoof was seen")


def test_anything_else_that_ran_is_inconclusive_and_says_what_it_would_have_missed():
    found = judge(claim(-1.99), checks(), log10_alpha=_ALPHA)
    assert found.kind is VerdictKind.INCONCLUSIVE
    assert found.sentence == "No dependence shown; with 5,123 contexts a share below 3.1 % would be missed."
    coins = judge(claim(-1.99)._replace(units="choices"), checks(), log10_alpha=_ALPHA)
    assert "with 5,123 choices a share" in coins.sentence
    hopeless = judge(claim(-1.0, missed_below=1.0), checks(), log10_alpha=_ALPHA)
    assert hopeless.sentence.endswith("even a model that learned from nothing else would be missed.")


@pytest.mark.parametrize("failed", ["plan", "decoys", "controls"])
@pytest.mark.parametrize("log10_p", [-41.0, -0.1])
def test_a_check_that_fails_refuses_whatever_the_p_is(failed, log10_p):
    found = judge(claim(log10_p), checks(failed), log10_alpha=_ALPHA)
    assert (found.kind, found.mend) == (VerdictKind.REFUSED, f"mend {failed}")
    assert failed in found.sentence


def test_the_spoof_check_stands_before_a_claim_and_only_there():
    assert judge(claim(-41.0), checks("spoof"), log10_alpha=_ALPHA).kind is VerdictKind.REFUSED
    assert judge(claim(-0.1), checks("spoof"), log10_alpha=_ALPHA).kind is VerdictKind.INCONCLUSIVE


def test_alpha_itself_is_reached():
    assert judge(claim(_ALPHA), checks(), log10_alpha=_ALPHA).kind is VerdictKind.DEPENDENT


def test_a_method_without_a_p_value_is_a_lead():
    assert lead("perplexity", ()).kind is VerdictKind.LEAD
    assert lead("perplexity", ()).sentence == "Worth a look; not evidence."


def test_no_verdict_says_who_took_what_or_that_anybody_is_clean():
    names = Checks._fields
    failing = [which for count in range(3) for which in itertools.combinations(names, count)]
    said = [judge(claim(p), checks(*which), log10_alpha=_ALPHA) for p in (-41.0, 0.0) for which in failing]
    text = " ".join(" ".join((one.sentence, one.mend, *one.because)) for one in [*said, lead("x", ())]).lower()
    for word in ("stole", "stolen", "distil", "clean", "intent", "theft", "copied"):
        assert word not in text
