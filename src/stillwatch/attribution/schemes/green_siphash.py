"""Green list by our own keyed function: what a processor of logits can apply where an engine lets none choose tokens.

Marks: a token is green after a context when its keyed uniform is below γ; green tokens gain a bias.
Why: a bias on logits passes through temperature, top-p and speculative decoding, and marks greedy replies too.
Null: uniforms of distinct (context, token) pairs are independent: the count is binomial with the share γ.
Loses: distorts each choice by its bias; a student shows it at context width 1, hardly at 2 (few data).
References: Kirchenbauer and others 2023 (2301.10226, 2306.04634).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bit_scores, bits_law
from stillwatch.attribution.parameters import share, whole
from stillwatch.attribution.prf.siphash import draws_of_tokens, siphash_of_tokens, uniforms_of_draws
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, pair_seeds

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Tokens


def _build(parameters: Parameters) -> Scheme:
    gamma = share(parameters, "gamma")

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        return uniforms_of_draws(draws_of_tokens(siphash_of_tokens(contexts, key), tokens)) < gamma

    return Scheme(
        name="green_siphash",
        kind=Kind.GREEN_LIST,
        version="1",
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=16),
        key_size_bytes=16,
        draw=draw,
        score_of_draws=bit_scores,
        effective_seeds=pair_seeds,
        null=bits_law(gamma),
    )


SCHEME: Final = SchemeFamily(
    name="green_siphash",
    title="Green list, our keyed function",
    engines=(),
    defaults={"context_width": 1, "gamma": 0.25},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 1, "gamma": 0.25},
            key=bytes.fromhex("000102030405060708090a0b0c0d0e0f"),
            contexts=((60687,), (80375,), (48930,), (35013,), (18158,), (24398,), (113581,), (88689,)),
            tokens=(843, 44345, 65900, 60780, 117741, 79259, 10592, 43781),
            draws=(0, 0, 0, 0, 0, 0, 0, 0),
        ),
    ),
)
