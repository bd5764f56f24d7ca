"""Green lists of transformers, `seeding_scheme="selfhash"`: the candidate itself takes part in its seed.

Marks: the least product of a key and the permuted ids of the candidate and of one of the last tokens seeds a generator,
    whose permutation of the vocabulary begins with the green tokens; the 40 best candidates alone are tried.
Null: binomial over distinct (minimum, token) pairs with the share ⌊γV⌋/V. Windows repeat the same minimum often, which
    is why counting windows once, as transformers can, still gives 10 % false alarms at 1e-5.
Loses: as every green list. `context_width` counts the candidate too, so the true width is one less; the default 1
    hashes the candidate alone: one list of tokens for all contexts.
Traps: lists of a CPU, as for `lefthash`. Nearly each token has a seed of its own, and each seed its own thousands of
    random words, so no detector of it is fast: a third of a million tokens a second of one processor's time here.
References: transformers 5.23 generation/logits_process.py (Apache-2.0); 2306.04634.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bit_scores, bits_law
from stillwatch.attribution.parameters import share, whole
from stillwatch.attribution.prf.torch_lists import PAIRS_AT_ONCE, on_lists, permutation
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words, mixed

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Seeds, Tokens

_TABLE: Final = 1_000_003


@lru_cache(maxsize=4)
def _table(key: Key) -> Tokens:
    """The keyed permutation of 1,000,003 ids; a million steps, so those of the last keys are kept."""
    return permutation(key_words(key)[0], _TABLE)


def _seeds(contexts: Tokens, tokens: Tokens, key: Key) -> Seeds:
    """The least product, signed as there, modulo 2^64 - 1 as there."""
    table, secret = _table(key), np.int64(key_words(key)[0])
    own = table[tokens % _TABLE] + 1
    least = secret * own * own
    for place in range(contexts.shape[-1]):
        least = np.minimum(least, secret * (table[contexts[..., place] % _TABLE] + 1) * own)
    seeds = np.where(least < 0, least - 1, least).astype(np.uint64)  # -1 modulo 2^64 - 1 is 2^64 - 2
    return np.broadcast_to(seeds, np.broadcast_shapes(contexts.shape[:-1], tokens.shape))


def _build(parameters: Parameters) -> Scheme:
    vocabulary = whole(parameters, "vocabulary", least=2, most=1 << 24)
    green = int(vocabulary * share(parameters, "gamma"))

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        seeds, wanted = np.broadcast_arrays(_seeds(contexts, tokens, key), tokens)
        return on_lists(seeds.ravel(), wanted.ravel(), vocabulary=vocabulary, size=green).reshape(seeds.shape)

    return Scheme(
        name="hf_selfhash",
        kind=Kind.GREEN_LIST,
        version="transformers 5.23.0, CPU",
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=64) - 1,
        key_size_bytes=8,
        draw=draw,
        score_of_draws=bit_scores,
        effective_seeds=lambda contexts, tokens, key: mixed(_seeds(contexts, tokens, key), tokens),
        null=bits_law(green / vocabulary),
        seeds_need_key=True,
        candidates=40,
        key_bits=32,
        pairs_at_once=PAIRS_AT_ONCE,
    )


SCHEME: Final = SchemeFamily(
    name="hf_selfhash",
    title="Green lists of transformers, by the candidate too",
    engines=("transformers",),
    defaults={"vocabulary": 50_257, "gamma": 0.25, "context_width": 4},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 1},
            key=bytes.fromhex("0000000000ec4ba7"),
            contexts=((), (), (), (), (), (), (), ()),
            tokens=(45490, 36983, 19620, 49084, 42616, 40824, 32515, 14329),
            draws=(1, 1, 1, 1, 0, 0, 0, 0),
        ),
        Case(
            parameters={"context_width": 4},
            key=bytes.fromhex("0000000000ec4ba7"),
            contexts=(
                (4539, 14245, 16657),
                (5631, 7731, 6071),
                (18006, 4996, 43609),
                (45921, 24525, 44461),
                (16949, 9009, 12267),
                (44246, 2409, 16712),
                (20540, 12010, 27741),
                (2367, 23374, 29645),
            ),
            tokens=(15865, 17313, 28348, 24145, 40757, 11122, 5961, 38030),
            draws=(1, 1, 1, 1, 0, 0, 0, 0),
        ),
        Case(
            parameters={"context_width": 3},
            key=bytes.fromhex("00000000ee6b27eb"),
            contexts=(
                (15322, 32235),
                (2428, 32797),
                (37093, 18563),
                (30621, 5815),
                (31724, 1977),
                (41552, 155),
                (30181, 13035),
                (23586, 40523),
            ),
            tokens=(11344, 42333, 43090, 40847, 39410, 7043, 12677, 15297),
            draws=(1, 1, 1, 1, 0, 0, 0, 0),
        ),
    ),
)
