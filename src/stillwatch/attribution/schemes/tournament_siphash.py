"""Tournament of SynthID-Text by our own keyed function: every bit is fair and hangs on the whole pair.

Marks: each of the layers plays the candidate tokens against one another by one keyed bit each.
Why: no distortion with two candidates a match, more variety between replies than the Gumbel choice, and none of the
    65,536 states to which the published hash reduces every n-gram.
Null: 64 keyed bits of distinct pairs are independent and fair: the count is binomial with n·layers trials at ½.
Loses: a student shows it less than the Gumbel choice.
References: Dathathri and others, Nature 2024 (doi 10.1038/s41586-024-08025-4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bits_law, layer_scores
from stillwatch.attribution.parameters import whole
from stillwatch.attribution.prf.siphash import draws_of_tokens, siphash_of_tokens
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, pair_seeds

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Tokens


def _build(parameters: Parameters) -> Scheme:
    layers = whole(parameters, "layers", least=1, most=64)
    shifts = np.arange(layers, dtype=np.uint64)

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        words = draws_of_tokens(siphash_of_tokens(contexts, key), tokens)
        return ((words[..., None] >> shifts) & np.uint64(1)).astype(np.bool_)

    return Scheme(
        name="tournament_siphash",
        kind=Kind.TOURNAMENT,
        version="1",
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=16),
        key_size_bytes=16,
        draw=draw,
        score_of_draws=layer_scores,
        effective_seeds=pair_seeds,
        null=bits_law(0.5, layers=layers),
    )


SCHEME: Final = SchemeFamily(
    name="tournament_siphash",
    title="Tournament, our keyed function",
    engines=(),
    defaults={"context_width": 2, "layers": 30},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 3, "layers": 12},
            key=bytes.fromhex("000102030405060708090a0b0c0d0e0f"),
            contexts=((60687, 80375, 48930), (35013, 18158, 24398), (113581, 88689, 843)),
            tokens=(44345, 65900, 60780),
            draws=(
                (0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1),
                (1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1),
            ),
        ),
    ),
)
