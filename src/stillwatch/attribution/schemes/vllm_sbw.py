"""Stateless Bernoulli green lists of vLLM (`"algorithm": "sbw"`, on its main branch, in no release up to 0.33.0).

Marks: a token gains a bias when the low 31 bits of Philox, under a seed of key and context, lie below γ.
Why: one draw a token, no permutation; marks greedy replies too.
Null: binomial over distinct (seed, token) pairs with the exact share ⌊γ(2^31-1)⌋/2^31. The seed is what counts:
    `selfhash` takes a minimum, which often hangs on the candidate alone, and `lefthash` a sum, which forgets the order.
    Counting contexts instead, as the engine's own detector does, gives 45 % false alarms at 1 % in 30,000 tokens.
Loses: as every green list. `selfhash` leaves out the oldest token of its context, so its true width is one less.
Traps: the engine's generator sums raw ids for `lefthash`, its detector hashed ones (revision caaac7c); the parameter
    `ids` says which text was made with. A sum of raw ids that is 0 has the seed 0 under every key and is never scored.
    The key is a signed 64-bit number there: below 2^63.
References: Ceppi and Sanchez 2026 (2609.03844); vLLM pull request 56859 (Apache-2.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bit_scores, bits_law
from stillwatch.attribution.parameters import one_of, share, whole
from stillwatch.attribution.prf.jenkins import jenkins
from stillwatch.attribution.prf.philox import Block, philox, word_of_token
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words, mixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.attribution.scheme import Draws, Key, Parameters, Seeds, Tokens

_MOST: Final = (1 << 31) - 1
_LOW_31: Final = np.uint64(_MOST)
_SHIFT: Final = np.uint64(32)
_MASK: Final = np.uint64(0xFFFFFFFF)


def _selfhash_seeds(contexts: Tokens, tokens: Tokens, key: Key) -> Seeds:
    secret, own = np.int64(key_words(key)[0]), jenkins(tokens)
    least = secret * own * own
    for place in range(contexts.shape[-1]):
        least = np.minimum(least, secret * jenkins(contexts[..., place]) * own)
    return np.broadcast_to(least, np.broadcast_shapes(contexts.shape[:-1], tokens.shape)).astype(np.uint64)


def _raw_sum_seeds(contexts: Tokens, tokens: Tokens, key: Key) -> Seeds:
    seeds = np.int64(key_words(key)[0]) * contexts.sum(axis=-1)
    return np.broadcast_to(seeds, np.broadcast_shapes(seeds.shape, tokens.shape)).astype(np.uint64)


def _hashed_sum_seeds(contexts: Tokens, tokens: Tokens, key: Key) -> Seeds:
    return _raw_sum_seeds(jenkins(contexts), tokens, key)


def _build(parameters: Parameters) -> Scheme:
    seeding = one_of(parameters, "seeding", ("selfhash", "lefthash"))
    ids = one_of(parameters, "ids", ("raw", "hashed"))
    width = whole(parameters, "context_width", least=1, most=64)
    below = int(share(parameters, "gamma") * _MOST)
    sums = _raw_sum_seeds if ids == "raw" else _hashed_sum_seeds
    sums_raw = seeding == "lefthash" and ids == "raw"
    seeds: Callable[[Tokens, Tokens, Key], Seeds] = _selfhash_seeds if seeding == "selfhash" else sums

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        keyed = seeds(contexts, tokens, key)
        words = tokens.astype(np.uint64)
        nil = np.zeros((), np.uint64)
        block = philox(Block(words >> np.uint64(2), nil, nil, nil), keyed & _MASK, keyed >> _SHIFT)
        return (word_of_token(block, words) & _LOW_31) < np.uint64(below)

    return Scheme(
        name="vllm_sbw",
        kind=Kind.GREEN_LIST,
        version="vLLM revision caaac7c",
        parameters=parameters,
        context_width=width - 1 if seeding == "selfhash" else width,
        key_size_bytes=8,
        draw=draw,
        score_of_draws=bit_scores,
        effective_seeds=lambda contexts, tokens, key: mixed(seeds(contexts, tokens, key), tokens),
        null=bits_law(below / (1 << 31)),
        seeds_need_key=True,
        free_of_key=(lambda contexts: contexts.sum(axis=-1) == 0) if sums_raw else None,
        key_bits=63,
    )


SCHEME: Final = SchemeFamily(
    name="vllm_sbw",
    title="Stateless Bernoulli green lists of vLLM",
    engines=("vLLM",),
    defaults={"seeding": "selfhash", "ids": "raw", "context_width": 4, "gamma": 0.5},
    build=_build,
    cases=(
        Case(
            parameters={"seeding": "selfhash", "ids": "raw", "context_width": 4, "gamma": 0.5},
            key=bytes.fromhex("0123456789abcdef"),
            contexts=(
                (33481, 97227, 46993),
                (90498, 123528, 110298),
                (85463, 120890, 69473),
                (110146, 61030, 101706),
                (32643, 85062, 6796),
                (20558, 14838, 48731),
                (113828, 32318, 49906),
                (13365, 75227, 32680),
            ),
            tokens=(78116, 88858, 92756, 44288, 8653, 40626, 46576, 107284),
            draws=(0, 0, 0, 1, 1, 1, 0, 1),
        ),
        Case(
            parameters={"seeding": "selfhash", "ids": "raw", "context_width": 2, "gamma": 0.25},
            key=bytes.fromhex("7fffffffffffffe7"),
            contexts=((110740,), (2368,), (103250,), (47996,), (75827,), (1189,), (6124,), (23713,)),
            tokens=(27326, 44661, 67224, 80062, 47530, 120335, 19424, 44559),
            draws=(1, 0, 0, 0, 0, 1, 0, 0),
        ),
        Case(
            parameters={"seeding": "selfhash", "ids": "raw", "context_width": 1, "gamma": 0.5},
            key=bytes.fromhex("000000000000004d"),
            contexts=((), (), (), (), (), (), (), ()),
            tokens=(4288, 105075, 64692, 43802, 109894, 27139, 17114, 95900),
            draws=(0, 0, 1, 1, 0, 0, 1, 0),
        ),
        Case(
            parameters={"seeding": "lefthash", "ids": "raw", "context_width": 1, "gamma": 0.5},
            key=bytes.fromhex("7123456789abcdef"),
            contexts=((18507,), (59395,), (120848,), (81317,), (111706,), (22189,), (127927,), (68445,)),
            tokens=(69697, 125804, 23513, 82177, 122833, 65447, 113744, 44365),
            draws=(1, 0, 0, 0, 1, 1, 0, 0),
        ),
        Case(
            parameters={"seeding": "lefthash", "ids": "raw", "context_width": 3, "gamma": 0.3},
            key=bytes.fromhex("000000174876e7e9"),
            contexts=(
                (77002, 87034, 4498),
                (99567, 40068, 47635),
                (73310, 92336, 87596),
                (36811, 109475, 63659),
                (34715, 100892, 90555),
                (93845, 38515, 125420),
                (123934, 44574, 85156),
                (23415, 76108, 111650),
            ),
            tokens=(10333, 94330, 87930, 95728, 54608, 22521, 80842, 102284),
            draws=(0, 0, 0, 0, 0, 0, 0, 0),
        ),
        Case(
            parameters={"seeding": "lefthash", "ids": "hashed", "context_width": 2, "gamma": 0.5},
            key=bytes.fromhex("7123456789abcdef"),
            contexts=(
                (20974, 76866),
                (57811, 81798),
                (85212, 23690),
                (28709, 99483),
                (89909, 23662),
                (82688, 94170),
                (5486, 61811),
                (29654, 21724),
            ),
            tokens=(15083, 90289, 108969, 71728, 49005, 126401, 4726, 72080),
            draws=(1, 0, 1, 0, 0, 0, 1, 0),
        ),
    ),
)
