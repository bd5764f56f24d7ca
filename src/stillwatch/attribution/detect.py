"""Whether text carries a mark: one exact p-value over all of it.

>>> from stillwatch.attribution.scheme_shelf import open_scheme
>>> rng = np.random.default_rng(1)
>>> scheme = open_scheme("gumbel_siphash")
>>> found = detect([rng.integers(0, 500, 400)], scheme, scheme.key_of(bytes(32)))
>>> found.n, -2.5 < found.log10_p <= 0.0
(398, True)

Contexts lie wholly within one text: those that reach over its beginning recur in every reply. Each effective seed is
scored once over the whole text, since a repeat is the same draw and no new evidence. What stands in prompts is left
out: a suspect that repeats marked text which it was given has not learned it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.attribution.scheme import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from stillwatch.attribution.scheme import Floats, Key, Scheme, Seeds, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    n: int
    """Distinct effective seeds that were scored."""
    score: float
    """Sum of their scores."""
    log10_p: float
    """Exact, or a proven upper bound; 0 where nothing could be scored."""
    pairs: int
    """Places of the text with a whole context, repeats included."""
    excluded: int = 0
    """Of them those whose context stands in a prompt."""


class Pairs(NamedTuple):
    """Every place of a text with a whole context before it: contexts (n, width), oldest token first; tokens (n,)."""

    contexts: Tokens
    tokens: Tokens


def detect(
    texts: Sequence[npt.ArrayLike], scheme: Scheme, key: Key, *, prompt_contexts: Tokens | None = None
) -> Detection:
    """Test texts, as token ids each, for a key's mark, leaving out what `prompt_contexts` holds (`contexts_of`)."""
    pairs = pairs_of(texts, scheme.context_width)
    kept = ~are_among(pairs, prompt_contexts) if prompt_contexts is not None else slice(None)
    chosen = Pairs(pairs.contexts[kept], pairs.tokens[kept])
    found = detect_pairs(chosen, scheme, key)
    places = len(pairs.tokens)
    return Detection(
        n=found.n, score=found.score, log10_p=found.log10_p, pairs=places, excluded=places - len(chosen.tokens)
    )


def detect_pairs(pairs: Pairs, scheme: Scheme, key: Key) -> Detection:
    """Test chosen pairs, however they were chosen without the key."""
    return _scored(_distinct(pairs, scheme, key), scheme, key, places=len(pairs.tokens))


def scorer(pairs: Pairs, scheme: Scheme) -> Callable[[Key], Detection]:
    """Test the same pairs with one key after another; repeats are taken out once where they hang on no key."""
    if scheme.seeds_need_key:
        return lambda key: detect_pairs(pairs, scheme, key)
    distinct = _distinct(pairs, scheme, bytes(scheme.key_size_bytes))
    return lambda key: _scored(distinct, scheme, key, places=len(pairs.tokens))


def pairs_of(texts: Sequence[npt.ArrayLike], width: int) -> Pairs:
    """Every pair of the texts, in their order."""
    arrays = [np.asarray(text, np.int64) for text in texts]
    flat = np.concatenate(arrays) if arrays else np.empty(0, np.int64)
    lengths = np.array([len(array) for array in arrays], np.int64)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.flatnonzero(np.arange(len(flat)) - starts >= width)
    return Pairs(flat[places[:, None] + np.arange(-width, 0)], flat[places])


def contexts_of(prompts: Sequence[npt.ArrayLike], scheme: Scheme) -> Tokens:
    """What a test leaves out because it stands in prompts: their contexts (m, width), also the one at their very end.

    A scheme without context leaves out their tokens, shape (m, 1).
    """
    width = max(scheme.context_width, 1)
    return np.concatenate([pairs_of([np.append(np.asarray(one, np.int64), 0)], width).contexts for one in prompts])


def are_among(pairs: Pairs, prompt_contexts: Tokens) -> npt.NDArray[np.bool_]:
    """Which pairs have a context of `contexts_of`, or for a scheme without context a token of it."""
    contexts = pairs.contexts if pairs.contexts.shape[-1] else pairs.tokens[:, None]
    return np.isin(_prints(contexts), np.unique(_prints(prompt_contexts)))


def _prints(contexts: Tokens) -> Seeds:
    return fingerprint(contexts[..., :-1], contexts[..., -1])


def _distinct(pairs: Pairs, scheme: Scheme, key: Key) -> Pairs:
    """The first pair of each effective seed that hangs on the key at all."""
    if scheme.free_of_key:
        keyed = scheme.hangs_on_key(pairs.contexts)
        pairs = Pairs(pairs.contexts[keyed], pairs.tokens[keyed])
    first = np.unique(_seeds(pairs, scheme, key), return_index=True)[1]
    return Pairs(pairs.contexts[first], pairs.tokens[first])


def _scored(distinct: Pairs, scheme: Scheme, key: Key, *, places: int) -> Detection:
    total, n = float(_scores(distinct, scheme, key).sum()), len(distinct.tokens)
    return Detection(n=n, score=total, log10_p=scheme.null.log10_p(n, total), pairs=places)


def _seeds(pairs: Pairs, scheme: Scheme, key: Key) -> Seeds:
    out = np.empty(len(pairs.tokens), np.uint64)
    for block in _blocks(len(out), scheme):
        out[block] = scheme.seeds(pairs.contexts[block], pairs.tokens[block], key)
    return out


def _scores(pairs: Pairs, scheme: Scheme, key: Key) -> Floats:
    out = np.empty(len(pairs.tokens), np.float64)
    for block in _blocks(len(out), scheme):
        out[block] = scheme.scores(pairs.contexts[block], pairs.tokens[block], key)
    return out


def _blocks(count: int, scheme: Scheme) -> list[slice]:
    step = scheme.pairs_at_once
    return [slice(at, at + step) for at in range(0, count, step)]
