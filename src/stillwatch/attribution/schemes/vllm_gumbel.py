"""Gumbel choice of vLLM (`--watermark-config '{"algorithm": "gumbel"}'`).

Marks: the noise of the Gumbel choice comes from Philox over the last output tokens and the candidate, in 24 bits.
Why: what an engine ships and millions of replies carry; no distortion of any one token.
Null: as for our own. A uniform of 24 bits has a mean score 5e-7 below 1, so the Gamma tail errs on the safe side.
Loses: the engine's default width 4 hardly shows in a student: configure 2. Greedy replies carry nothing.
Traps: TensorRT-LLM documents the same construction (Philox, 24 bits), but no vector of it was compared: have it mark
    text with a known key and test that first. SGLang hashes otherwise (`sglang_gumbel`).
References: vllm.v1.watermarking of 0.33.0 (Apache-2.0); pull request 54053; Salmon and others 2011.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import exponential_law, exponential_scores
from stillwatch.attribution.parameters import whole
from stillwatch.attribution.prf.philox import engine_words, uniforms_of_words
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words, pair_seeds

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Tokens


def _draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
    return uniforms_of_words(engine_words(contexts, tokens, key_words(key)[0]))


def _build(parameters: Parameters) -> Scheme:
    return Scheme(
        name="vllm_gumbel",
        kind=Kind.GUMBEL,
        version="philox4x32-10-v1, vLLM 0.33.0",
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=64),
        key_size_bytes=8,
        draw=_draw,
        score_of_draws=exponential_scores,
        effective_seeds=pair_seeds,
        null=exponential_law(),
    )


SCHEME: Final = SchemeFamily(
    name="vllm_gumbel",
    title="Gumbel choice of vLLM",
    engines=("vLLM",),
    defaults={"context_width": 4},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 4},
            key=bytes.fromhex("000000000000002a"),
            contexts=((1, 103500, 0, 0), (128255, 128255, 0, 50256), (0, 0, 50256, 128255), (1, 165314, 0, 128255)),
            tokens=(51993, 6499, 127959, 28977),
            draws=(0.5978156924247742, 0.65901118516922, 0.22480516135692596, 0.5541776418685913),
        ),
        Case(
            parameters={"context_width": 2},
            key=bytes.fromhex("fedcba9876543210"),
            contexts=((128255, 5), (1, 0), (5, 146868), (0, 128255)),
            tokens=(83743, 24624, 48810, 12770),
            draws=(0.28146645426750183, 0.3364121615886688, 0.5958864092826843, 0.07734226435422897),
        ),
        Case(
            parameters={"context_width": 6},
            key=bytes.fromhex("ffffffffffffffff"),
            contexts=(
                (143587, 128255, 128255, 50256, 128255, 5),
                (128255, 5, 1, 47124, 0, 5),
                (50256, 90040, 5, 0, 128255, 1),
                (5, 50256, 0, 0, 128255, 5),
            ),
            tokens=(91133, 45898, 77905, 65100),
            draws=(0.024118898436427116, 0.024142561480402946, 0.006701111327856779, 0.872132420539856),
        ),
    ),
)
