"""What a mark is to a test: which draws of a pseudorandom function a text is scored by, and what their sum would be.

>>> from stillwatch.attribution.scheme_shelf import open_scheme
>>> scheme = open_scheme("gumbel_siphash", {"context_width": 2})
>>> key = scheme.key_of(bytes(32))
>>> scheme.scores(np.array([[11, 12], [12, 13]]), np.array([13, 14]), key).round(3).tolist()
[0.115, 1.43]

A scheme knows tokens alone: text is tokenised with the teacher's tokenizer before. The pair that is scored is a token
and the `context_width` tokens before it, oldest first. Everything takes shapes that broadcast: contexts (..., width),
tokens (...).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.core.errors import InternalError

if TYPE_CHECKING:
    from stillwatch.attribution.kind import Kind

Tokens = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Draws = npt.NDArray[Any]
"""What a key draws for each pair: uniforms, bits (of layers along a last axis), or both uniforms of two keys."""
Seeds = npt.NDArray[np.uint64]
"""Equal numbers = the same draw, which is evidence once and never again."""
Key = bytes
"""Canonical bytes of a key; the integers that engines take are words of 64 bits, highest byte first."""
Parameters = Mapping[str, int | float | str]

_WORD: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Null:
    """The law of a sum of scores of distinct effective seeds, had the text never met the key."""

    log10_p: Callable[[int, float], float]
    """How many were scored, and their sum → logarithm of the chance of so much or more: exact or a proven bound."""
    log_mgf: Callable[[Floats], Floats]
    """Logarithm of the moment generating function of one score; infinite where it does not exist."""
    is_exact: bool
    """Whether a p-value is uniform; else it is at least as large: counts come in steps, and bounds are bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A mark with its parameters, as an analysis plan fixes it."""

    name: str
    kind: Kind
    version: str
    """Of the hash: the release or revision of the engine that it was compared with bit by bit."""
    parameters: Parameters
    context_width: int
    """How many tokens before the scored one its draw hangs on: 0 = none, whatever an engine calls its own setting."""
    key_size_bytes: int
    draw: Callable[[Tokens, Tokens, Key], Draws]
    score_of_draws: Callable[[Draws], Floats]
    effective_seeds: Callable[[Tokens, Tokens, Key], Seeds]
    null: Null
    seeds_need_key: bool = False
    """Whether which pairs share a seed hangs on the key, so that each key has its own."""
    candidates: int = 0
    """How many of the likeliest tokens the engine considers marking; 0 = all."""
    key_bits: int = 64
    """Of each 64-bit word of a key, how many low bits the engine takes."""
    free_of_key: Callable[[Tokens], npt.NDArray[np.bool_]] | None = None
    """Contexts (..., width) after which every key draws the same, if there are any."""
    pairs_at_once: int = 8_192
    """Scored together. What a block takes should stay in the processor's cache, unless pairs of one seed share most of
    their cost, as those of a list that each seed must draw.
    """
    accepts_key: Callable[[Key], bool] = any
    """Whether it serves; a derived key is derived again until it does."""

    @property
    def identity(self) -> str:
        """Name, version and parameters, as a plan names it: everything that a test's outcome hangs on."""
        settings = ",".join(f"{name}={value}" for name, value in sorted(self.parameters.items()))
        return f"{self.name}/{self.version}" + (f"?{settings}" if settings else "")

    def scores(self, contexts: Tokens, tokens: Tokens, key: Key) -> Floats:
        """Score of each pair; larger is more like marked text."""
        return self.score_of_draws(self.draw(contexts, tokens, key))

    def seeds(self, contexts: Tokens, tokens: Tokens, key: Key) -> Seeds:
        """What each pair's draw hangs on in truth, which may be less than its context and token."""
        return self.effective_seeds(contexts, tokens, key)

    def hangs_on_key(self, contexts: Tokens) -> npt.NDArray[np.bool_]:
        """Which contexts (..., width) may be scored: what every key draws alike says nothing of one."""
        return ~self.free_of_key(contexts) if self.free_of_key else np.ones(contexts.shape[:-1], np.bool_)

    def key_of(self, material: bytes) -> Key:
        """The key that secret material of 16 bytes or more stands for: of the size, and of the form, that is needed."""
        for attempt in range(1 << 16):
            expanded = _expanded(material, attempt, self.key_size_bytes)
            key = key_of_words(*(word % (1 << self.key_bits) for word in key_words(expanded)))
            if self.accepts_key(key):
                return key
        raise InternalError("no key that the scheme accepts was derived", where=self.name)


class Case(NamedTuple):
    """What an engine's own code drew, or plain Python of the papers for our own: to be drawn bit by bit."""

    parameters: Parameters
    key: Key
    contexts: tuple[tuple[int, ...], ...]
    tokens: tuple[int, ...]
    draws: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeFamily:
    """What a file of the shelf `attribution.schemes` declares."""

    name: str
    """That of the file."""
    title: str
    engines: tuple[str, ...]
    """What marks text so; empty = our own reference sampler and adapters alone."""
    defaults: Parameters
    """Every parameter of it, with what the engine takes where nothing is said."""
    build: Callable[[Parameters], Scheme]
    """Parameters, complete → the scheme. Raises `InputError` where they make none."""
    cases: tuple[Case, ...]


def key_words(key: Key) -> tuple[int, ...]:
    """The 64-bit integers of a key: what an engine's configuration names."""
    return tuple(int.from_bytes(key[at : at + _WORD], "big") for at in range(0, len(key), _WORD))


def key_of_words(*words: int) -> Key:
    return b"".join(word.to_bytes(_WORD, "big") for word in words)


def fingerprint(contexts: Tokens, tokens: Tokens) -> Seeds:
    """A number of 64 bits for each context and token: different ones share it with chance 2^-64 a pair.

    That would lose a score, and count none twice.
    """
    seeds = np.full(contexts.shape[:-1], contexts.shape[-1], np.uint64)
    for place in range(contexts.shape[-1]):
        seeds = _spread(seeds ^ contexts[..., place].astype(np.uint64))
    return _spread(seeds ^ tokens.astype(np.uint64))


def pair_seeds(contexts: Tokens, tokens: Tokens, _: Key) -> Seeds:
    """Effective seeds of a scheme whose draw hangs on its whole context and the token, whatever the key is."""
    return fingerprint(contexts, tokens)


def mixed(seeds: Seeds, values: Tokens | Seeds) -> Seeds:
    """A number for seeds of any form and one more value each."""
    return _spread(_spread(seeds) ^ values.astype(np.uint64))


def _spread(words: Seeds) -> Seeds:
    """Each word over all 64 bits, by the finaliser of MurmurHash3: no two share a result."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return words ^ (words >> np.uint64(33))


def _expanded(material: bytes, attempt: int, size: int) -> bytes:
    blocks = range((size + 63) // 64)
    salt = attempt.to_bytes(2, "big")
    parts = (blake2b(salt + block.to_bytes(2, "big"), key=material[:64]).digest() for block in blocks)
    return b"".join(parts)[:size]
