"""Green lists of transformers, `seeding_scheme="lefthash"` (the one of Kirchenbauer and others).

Marks: the key times the last token seeds a generator, whose permutation of the vocabulary begins with the green tokens.
Null: binomial over distinct (seed, token) pairs with the share ⌊γV⌋/V. A list is drawn without replacement, which the
    binomial tail bounds from above.
Loses: as every green list. Whatever `context_width` says there, the last token alone is hashed.
Traps: after token 0 the seed is 0 under every key: its list is no evidence of one and is never scored, which the
    engine's detector does. The lists are those of a CPU; a generator on another device draws others, and the text must
    have been marked on the same. Keys count modulo 2^32. The default key 15485863 is public.
References: transformers 5.23 generation/logits_process.py (Apache-2.0); 2301.10226; Vatutin and Mikhailov 1982.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bit_scores, bits_law
from stillwatch.attribution.parameters import share, whole
from stillwatch.attribution.prf.torch_lists import PAIRS_AT_ONCE, on_lists
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words, mixed

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Seeds, Tokens

_MASK: Final = np.uint64(0xFFFFFFFF)


def _seeds(contexts: Tokens, key: Key) -> Seeds:
    """The key times the last token, modulo 2^64 - 1 as there, and of it the 32 bits that the generator takes.

    Products stay below 2^64, since keys lie below 2^32 and token ids below 2^31.
    """
    return (np.uint64(key_words(key)[0]) * contexts[..., -1].astype(np.uint64)) & _MASK


def _build(parameters: Parameters) -> Scheme:
    vocabulary = whole(parameters, "vocabulary", least=2, most=1 << 24)
    green = int(vocabulary * share(parameters, "gamma"))

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        seeds, wanted = np.broadcast_arrays(_seeds(contexts, key), tokens)
        return on_lists(seeds.ravel(), wanted.ravel(), vocabulary=vocabulary, size=green).reshape(seeds.shape)

    return Scheme(
        name="hf_lefthash",
        kind=Kind.GREEN_LIST,
        version="transformers 5.23.0, CPU",
        parameters=parameters,
        context_width=1,
        key_size_bytes=8,
        draw=draw,
        score_of_draws=bit_scores,
        effective_seeds=lambda contexts, tokens, key: mixed(_seeds(contexts, key), tokens),
        null=bits_law(green / vocabulary),
        seeds_need_key=True,
        free_of_key=lambda contexts: contexts[..., -1] == 0,
        key_bits=32,
        pairs_at_once=PAIRS_AT_ONCE,
    )


SCHEME: Final = SchemeFamily(
    name="hf_lefthash",
    title="Green lists of transformers, by the last token",
    engines=("transformers",),
    defaults={"vocabulary": 50_257, "gamma": 0.25},
    build=_build,
    cases=(
        Case(
            parameters={},
            key=bytes.fromhex("0000000000ec4ba7"),
            contexts=((8547,), (41881,), (19743,), (22070,), (38066,), (16997,), (30819,), (34287,)),
            tokens=(24245, 9870, 2032, 44694, 4294, 36096, 35453, 25554),
            draws=(1, 1, 1, 1, 0, 0, 0, 0),
        ),
        Case(
            parameters={},
            key=bytes.fromhex("00000000fcde41b3"),
            contexts=((39369,), (8499,), (14907,), (35037,), (11627,), (24192,), (6872,), (8612,)),
            tokens=(21100, 27608, 4460, 7812, 23852, 39034, 1764, 20317),
            draws=(1, 1, 1, 1, 0, 0, 0, 0),
        ),
    ),
)
