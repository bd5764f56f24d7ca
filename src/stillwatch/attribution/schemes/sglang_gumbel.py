"""Gumbel choice of SGLang (`--enable-watermark`), with one key.

Marks: the noise of the Gumbel choice comes from MurmurHash3 over the key, a hash of the last tokens and the candidate.
Why: what an engine ships; a request may bring a key of its own, so cohorts need no engines of their own.
Null: as for our own. A uniform of 32 bits lies in the middle of its step, so the Gamma tail is exact to 2^-32.
Loses: the engine's default of four context tokens hardly shows in a student: configure 2. Greedy answers carry nothing.
Traps: contexts are told apart by 32 bits alone, so two that share a hash share their draws: those count once. The first
    contexts of an answer reach into its prompt, which a test does not have: they are not scored. The engine ranks by
    logarithms in single precision, which may take another token where two are nearly level. MurmurHash3 is no
    cryptographic function.
References: sgl-project/sglang pull request 37577, srt/sampling/watermarking (Apache-2.0; CUDA alone at run time, with
    functions of PyTorch beside it, whose draws on a CPU are the vectors here, and known answers in its tests).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import exponential_law, exponential_scores
from stillwatch.attribution.parameters import whole
from stillwatch.attribution.prf.murmur import murmur
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words, mixed

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.attribution.scheme import Draws, Key, Parameters, Seeds, Tokens

VERSION: Final = "SGLang pull request 37577, 26cd7e8"
_MASK: Final = 0xFFFFFFFF


def context_hashes(contexts: Tokens) -> npt.NDArray[np.uint32]:
    """By which the engine knows contexts (..., width)."""
    hashed = murmur([contexts[..., place] for place in range(contexts.shape[-1])])
    return hashed.reshape(contexts.shape[:-1])


def halves(word: int) -> list[npt.NDArray[Any]]:
    """A key's two words of 32 bits, the low one first."""
    return [np.array([word & _MASK]), np.array([word >> 32])]


def uniforms(hashes: npt.NDArray[np.uint32], tokens: Tokens, word: int) -> Draws:
    """What a key draws for each hashed context and token: 32 bits, in the middle of their step."""
    shape = np.broadcast_shapes(hashes.shape, tokens.shape)
    drawn = murmur([*halves(word), hashes, tokens])
    return (np.broadcast_to(drawn, shape or (1,)).astype(np.float64).reshape(shape) + 0.5) / 2.0**32


def context_seeds(contexts: Tokens, tokens: Tokens, _: Key) -> Seeds:
    """Equal where the hashes of contexts are, whatever the key is."""
    return mixed(context_hashes(contexts).astype(np.uint64), tokens)


def _draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
    return uniforms(context_hashes(contexts), tokens, key_words(key)[0])


def _build(parameters: Parameters) -> Scheme:
    return Scheme(
        name="sglang_gumbel",
        kind=Kind.GUMBEL,
        version=VERSION,
        parameters=parameters,
        context_width=whole(parameters, "context_width", least=1, most=64),
        key_size_bytes=8,
        draw=_draw,
        score_of_draws=exponential_scores,
        effective_seeds=context_seeds,
        null=exponential_law(),
    )


SCHEME: Final = SchemeFamily(
    name="sglang_gumbel",
    title="Gumbel choice of SGLang",
    engines=("SGLang",),
    defaults={"context_width": 4},
    build=_build,
    cases=(
        Case(
            parameters={"context_width": 4},
            key=bytes.fromhex("0123456789abcdef"),
            contexts=(
                (1, 2, 3, 4),
                (76360, 2280, 87840, 23525),
                (127981, 66739, 99514, 122091),
                (134825, 57689, 1386, 122149),
            ),
            tokens=(17, 100614, 113840, 144884),
            draws=(0.5368038854794577, 0.8485982533311471, 0.32385626330506057, 0.9490601542638615),
        ),
        Case(
            parameters={"context_width": 2},
            key=bytes.fromhex("fedcba9876543210"),
            contexts=((67356, 60029), (83751, 110206), (2472, 96218), (143777, 60714)),
            tokens=(42694, 105170, 36450, 99871),
            draws=(0.8437616309383884, 0.40593999216798693, 0.7732606282224879, 0.5302889615995809),
        ),
        Case(
            parameters={"context_width": 3},
            key=bytes.fromhex("ffffffffffffffff"),
            contexts=(
                (101404, 149233, 110019),
                (87482, 30773, 125800),
                (96062, 87441, 30973),
                (8874, 104696, 113595),
            ),
            tokens=(84334, 122871, 91816, 125483),
            draws=(0.4389639819273725, 0.9718517147703096, 0.5935975421452895, 0.5141760736005381),
        ),
    ),
)
