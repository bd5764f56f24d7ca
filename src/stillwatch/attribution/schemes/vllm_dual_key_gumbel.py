"""Gumbel choice of vLLM with two keys (`"algorithm": "dual_key_gumbel"`), of which chance takes one for each token.

Marks: as the choice with one key, under key A or, for a share alpha of tokens, under key B; both come from one secret.
Why: replies to one prompt vary, and speculative decoding keeps the mark (drafts under A, the target's tokens under B).
Null: (1-α)·s_A + α·s_B with independent exponential scores; its tail is summed exactly, never by a matched Gamma, which
    vLLM's own detector uses and which is up to ten times too small.
Loses: each token shows under one key alone, so a pair weighs less. Under speculative decoding alpha is not obeyed: the
    shares that the detector is given then cost power, never validity.
References: vllm.v1.watermarking of 0.33.0 (Apache-2.0); pull request 56122; TextSeal (2605.12456); Moschopoulos 1985.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import dual_exponential_law, exponential_scores
from stillwatch.attribution.parameters import share, whole
from stillwatch.attribution.prf.philox import engine_words, uniforms_of_words
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, pair_seeds

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Floats, Key, Parameters, Tokens


def _draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
    parts = (int.from_bytes(sha256(domain + key).digest()[:8], "big") for domain in (b"key_a", b"key_b"))
    return np.stack([uniforms_of_words(engine_words(contexts, tokens, part)) for part in parts], axis=-1)


def _build(parameters: Parameters) -> Scheme:
    alpha = share(parameters, "alpha")
    weights = np.array([1.0 - alpha, alpha])

    def score_of_draws(uniforms: Draws) -> Floats:
        return np.asarray(exponential_scores(uniforms) @ weights)

    return Scheme(
        name="vllm_dual_key_gumbel",
        kind=Kind.DUAL_GUMBEL,
        version="philox4x32-10-v1, vLLM 0.33.0",
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=64),
        key_size_bytes=8,
        draw=_draw,
        score_of_draws=score_of_draws,
        effective_seeds=pair_seeds,
        null=dual_exponential_law(alpha),
    )


SCHEME: Final = SchemeFamily(
    name="vllm_dual_key_gumbel",
    title="Gumbel choice of vLLM, two keys",
    engines=("vLLM",),
    defaults={"context_width": 4, "alpha": 0.1},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 2},
            key=(42).to_bytes(8, "big"),
            contexts=((5, 6), (128255, 0), (7, 7)),
            tokens=(8, 9, 77777),
            draws=(
                (0.607780933380127, 0.2408103197813034),
                (0.0284725409001112, 0.553367018699646),
                (0.13763760030269623, 0.756455659866333),
            ),
        ),
    ),
)
