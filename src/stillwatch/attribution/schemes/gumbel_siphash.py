"""Gumbel choice by our own keyed function: for the reference sampler, adapters of transformers, tests and canaries.

Marks: the noise of the Gumbel choice of each token is made of SipHash-2-4 of the context and SplitMix64 of the token.
Why: no distortion of any one token, the strongest trace in a student at context width 2, and a true pseudorandom
    function, which no engine's own hash is.
Null: uniforms of distinct (context, token) pairs are independent; -ln(1-u) is exponential, their sum a Gamma.
Loses: nothing is left where one token is all but certain; and replies to one prompt vary less.
References: Aaronson 2022; Kuditipudi and others 2023 (2307.15593); Sander and others 2024 (2402.14904).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import exponential_law, exponential_scores
from stillwatch.attribution.parameters import whole
from stillwatch.attribution.prf.siphash import draws_of_tokens, siphash_of_tokens, uniforms_of_draws
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, pair_seeds

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Tokens


def _draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
    return uniforms_of_draws(draws_of_tokens(siphash_of_tokens(contexts, key), tokens))


def _build(parameters: Parameters) -> Scheme:
    return Scheme(
        name="gumbel_siphash",
        kind=Kind.GUMBEL,
        version="1",
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=16),
        key_size_bytes=16,
        draw=_draw,
        score_of_draws=exponential_scores,
        effective_seeds=pair_seeds,
        null=exponential_law(),
    )


SCHEME: Final = SchemeFamily(
    name="gumbel_siphash",
    title="Gumbel choice, our keyed function",
    engines=(),
    defaults={"context_width": 2},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 2},
            key=bytes.fromhex("000102030405060708090a0b0c0d0e0f"),
            contexts=((60687, 80375), (48930, 35013), (18158, 24398)),
            tokens=(113581, 88689, 843),
            draws=(0.624258345615082, 0.9328506340233181, 0.03216995427428515),
        ),
    ),
)
