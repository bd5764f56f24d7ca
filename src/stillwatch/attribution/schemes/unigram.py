"""One green list for every context (Unigram-Watermark; MarkLLM's `Unigram`).

Marks: green tokens of one keyed list gain a bias, whatever stands before.
Why: the strongest trace in a student, and it outlives editing.
Null: of a shuffled list of ⌊γV⌋ green among V, distinct tokens are drawn without replacement: hypergeometric, exact. A
    token counts once, so a text holds at most V scores, ever.
Loses: the easiest mark to steal: frequencies of tokens show the list. Never use one key for long.
Traps: what prompts hold is left out by token, since there is no context. The list is the one that `numpy`'s generator
    shuffles; no release of it has changed that stream, but none promises it.
References: Zhao and others 2023 (2306.17439), github XuandongZhao/Unigram-Watermark; MarkLLM (Apache-2.0).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bit_scores, one_list_law
from stillwatch.attribution.parameters import share, whole
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.attribution.scheme import Draws, Key, Parameters, Seeds, Tokens


@lru_cache(maxsize=4)
def _green(key: Key, vocabulary: int, green: int) -> npt.NDArray[np.bool_]:
    """The list; lists of the last keys are kept."""
    hashed = sha256(key_words(key)[0].to_bytes(8, "little")).digest()
    flags = np.arange(vocabulary) < green
    np.random.default_rng(int.from_bytes(hashed[:4], "little")).shuffle(flags)
    return flags


def _seeds(contexts: Tokens, tokens: Tokens, _: Key) -> Seeds:
    return np.broadcast_to(tokens, np.broadcast_shapes(contexts.shape[:-1], tokens.shape)).astype(np.uint64)


def _build(parameters: Parameters) -> Scheme:
    vocabulary = whole(parameters, "vocabulary", least=2, most=1 << 24)
    green = int(share(parameters, "gamma") * vocabulary)

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        return _green(key, vocabulary, green)[_seeds(contexts, tokens, key).astype(np.int64)]

    return Scheme(
        name="unigram",
        kind=Kind.GREEN_LIST,
        version="Unigram-Watermark 3667ec1",
        parameters=parameters,
        context_width=0,
        key_size_bytes=8,
        draw=draw,
        score_of_draws=bit_scores,
        effective_seeds=_seeds,
        null=one_list_law(green=green, vocabulary=vocabulary),
        key_bits=63,
    )


SCHEME: Final = SchemeFamily(
    name="unigram",
    title="One green list for every context",
    engines=("MarkLLM",),
    defaults={"vocabulary": 50_257, "gamma": 0.5},
    build=_build,
    cases=(
        Case(
            parameters={"vocabulary": 50257, "gamma": 0.5},
            key=bytes.fromhex("0000000000000000"),
            contexts=((), (), (), (), (), (), (), ()),
            tokens=(0, 1, 2, 3, 50256, 777, 778, 779),
            draws=(0, 1, 0, 1, 1, 0, 1, 0),
        ),
        Case(
            parameters={"vocabulary": 128256, "gamma": 0.25},
            key=bytes.fromhex("0000000000ec4ba7"),
            contexts=((), (), (), (), (), (), (), ()),
            tokens=(0, 1, 2, 3, 50256, 777, 778, 779),
            draws=(0, 1, 0, 1, 0, 1, 0, 0),
        ),
    ),
)
