"""Gumbel choice of SGLang with two keys, of which a coin takes one for each context.

Marks: as the choice with one key, under key A after contexts whose coin falls below the share `mixing`, else under B.
Why: answers to one prompt vary less than with chance, and more than with one key.
Null: the coin hangs on keys and context, never on the token, so each score is standard exponential as with one key.
    Unlike vLLM's two keys no weighting is needed: a test knows which key marked where.
Loses: as the choice with one key.
Traps: the coin is below `mixing` times 2^32, rounded down; a test with another share scores by the wrong key and finds
    less. Two contexts that share a hash of 32 bits share all draws.
References: sgl-project/sglang pull request 37577, srt/sampling/watermarking (Apache-2.0); TextSeal (2605.12456).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import exponential_law, exponential_scores
from stillwatch.attribution.parameters import share, whole
from stillwatch.attribution.prf.murmur import murmur
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words
from stillwatch.attribution.schemes.sglang_gumbel import VERSION, context_hashes, context_seeds, halves, uniforms

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Tokens


def _build(parameters: Parameters) -> Scheme:
    threshold = np.uint32(int(share(parameters, "mixing") * 2**32))

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        first, second = key_words(key)
        hashes = context_hashes(contexts)
        coins = murmur([*halves(first), *halves(second), hashes]).reshape(hashes.shape)
        return np.where(coins < threshold, uniforms(hashes, tokens, first), uniforms(hashes, tokens, second))

    return Scheme(
        name="sglang_dual_key_gumbel",
        kind=Kind.GUMBEL,
        version=VERSION,
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=64),
        key_size_bytes=16,
        draw=draw,
        score_of_draws=exponential_scores,
        effective_seeds=context_seeds,
        null=exponential_law(),
    )


SCHEME: Final = SchemeFamily(
    name="sglang_dual_key_gumbel",
    title="Gumbel choice of SGLang, two keys",
    engines=("SGLang",),
    defaults={"context_width": 4, "mixing": 0.5},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 4, "mixing": 0.3},
            key=bytes.fromhex("0123456789abcdeffedcba9876543210"),
            contexts=(
                (149697, 47451, 126383, 89536),
                (21349, 70404, 51854, 35425),
                (123861, 99103, 87166, 38612),
                (118444, 66263, 65910, 79392),
                (142944, 24457, 72338, 53108),
                (22063, 79525, 69048, 8216),
            ),
            tokens=(28439, 34117, 107837, 91550, 108833, 139201),
            draws=(
                0.7343031043419614,
                0.7455035719322041,
                0.39111729443538934,
                0.2274781510932371,
                0.8951535517117009,
                0.04727877082768828,
            ),
        ),
    ),
)
