"""Weak classifiers that look at one thing alone, cross-validated by account.

Accounts are dealt to folds class by class; the scores of a fold come from a model that saw none of its accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import rankdata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stillwatch.evaluation.keys import Floats, Ints

_FOLDS: Final = 5
_NGRAM: Final = 4
_BUCKETS: Final = 1 << 16
_MOST_BYTES: Final = 1500
_STEPS: Final = 25
_RIDGE: Final = 1.0
_DRAWS: Final = 100
_SEED: Final = 4


class Labelled(NamedTuple):
    """Rows with the account they belong to and whether that is a campaign's."""

    account: Ints
    is_campaign: NDArray[np.bool_]


class Auc(NamedTuple):
    auc: float
    low: float
    high: float


def ngram_matrix(texts: Sequence[str | None]) -> csr_array:
    """Which hashed character n-grams each text holds."""
    held = [_ngrams((text or "").encode()[:_MOST_BYTES]) for text in texts]
    ends = np.cumsum([0, *map(len, held)])
    columns = np.concatenate(held) if held else np.zeros(0, np.int64)
    return csr_array((np.ones(len(columns)), columns, ends), shape=(len(texts), _BUCKETS))


def _ngrams(raw: bytes) -> Ints:
    codes = np.frombuffer(raw.ljust(_NGRAM, b" "), np.uint8).astype(np.int64)
    joined = np.zeros(len(codes) - _NGRAM + 1, np.int64)
    for place in range(_NGRAM):
        joined = joined * 257 + codes[place : len(codes) - _NGRAM + 1 + place]
    return np.unique((joined * 2_654_435_761 >> 12) % _BUCKETS)


def ngram_scores(matrix: csr_array, labelled: Labelled) -> Floats:
    """Mean log-odds of each text's n-grams, by naive Bayes over the other folds."""
    scores = np.zeros(len(labelled.account))
    size = np.maximum(matrix.sum(axis=1), 1)
    for tried in _folds(labelled):
        known = [matrix[~tried & (labelled.is_campaign == label)] for label in (True, False)]
        odds = [np.log((part.sum(axis=0) + 0.5) / (part.shape[0] + 1.0)) for part in known]
        scores[tried] = (matrix[tried] @ (odds[0] - odds[1])) / size[tried]
    return scores


def logistic_scores(features: Floats, labelled: Labelled) -> Floats:
    """Logistic regression over the features and their squares, fitted on the other folds."""
    scaled = (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-9)
    design = np.column_stack([np.ones(len(scaled)), scaled, scaled**2])
    scores = np.zeros(len(design))
    for tried in _folds(labelled):
        scores[tried] = design[tried] @ _fit(design[~tried], labelled.is_campaign[~tried])
    return scores


def _fit(design: Floats, label: NDArray[np.bool_]) -> Floats:
    """Newton's method, classes weighted alike, with a ridge."""
    weight = np.where(label, 0.5 / max(label.mean(), 1e-9), 0.5 / max(1 - label.mean(), 1e-9))
    ridge = _RIDGE * np.eye(design.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        slope = design.T @ (weight * (label - chance)) - ridge @ beta
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + ridge
        beta = beta + np.linalg.solve(curve, slope)
    return beta


def _folds(labelled: Labelled) -> Iterator[NDArray[np.bool_]]:
    """Rows to try, fold by fold; accounts of each class are dealt in turn, so that no fold lacks a class to learn."""
    rng = np.random.default_rng(_SEED)
    fold = np.zeros(int(labelled.account.max()) + 1, np.int64)
    for label in (True, False):
        accounts = rng.permutation(np.unique(labelled.account[labelled.is_campaign == label]))
        fold[accounts] = np.arange(len(accounts)) % _FOLDS
    for number in range(_FOLDS):
        tried = fold[labelled.account] == number
        if tried.any():
            yield tried


def auc_by_account(scores: Floats, labelled: Labelled) -> Auc:
    """Area under the curve, with an interval over accounts drawn again."""
    rng = np.random.default_rng(_SEED)
    rows = {label: _rows_of(labelled, label=label) for label in (True, False)}
    drawn = []
    for _ in range(_DRAWS):
        chosen = [
            np.concatenate([held[number] for number in rng.integers(0, len(held), len(held))]) for held in rows.values()
        ]
        drawn.append(_auc(scores[chosen[0]], scores[chosen[1]]))
    low, high = np.quantile(drawn, (0.025, 0.975))
    whole = _auc(scores[labelled.is_campaign], scores[~labelled.is_campaign])
    return Auc(round(whole, 3), round(float(low), 3), round(float(high), 3))


def _rows_of(labelled: Labelled, *, label: bool) -> list[Ints]:
    rows = np.flatnonzero(labelled.is_campaign == label)
    order = rows[np.argsort(labelled.account[rows], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(labelled.account[order])) + 1)


def _auc(above: Floats, below: Floats) -> float:
    ranks = rankdata(np.concatenate([above, below]))
    return float((ranks[: len(above)].sum() - len(above) * (len(above) + 1) / 2) / (len(above) * len(below)))
