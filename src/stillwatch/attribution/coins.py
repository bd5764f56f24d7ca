"""Tests by secret coins: which of two wordings, tokens or answers was served, and what a suspect makes of them.

>>> from stillwatch.attribution.codebook import Choice, Codebook
>>> book = Codebook(
...     (Choice(name="mail", first="e-mail", second="email"), Choice(name="can", first="may", second="can"))
... )
>>> coins = wordings_in_use(book, np.array([[5, 5], [5, 5]]), key=bytes(32), epoch="2026-11-16")
>>> coins.lean(Subject(name="x", texts=(), said=("E-mail can wait.",))).tolist()
[-1.0, 1.0]

A coin hangs on the key and a choice's name alone (`attribution.codeword`). Decoy keys toss other coins on the same
leanings, so the real key and its decoys are compared on one text.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.attribution.codebook import Codebook, leanings
from stillwatch.attribution.codeword import STEPS, coins_of, needed_score, rank_cohorts
from stillwatch.attribution.detect import Detection
from stillwatch.attribution.nulls import log10_binomial_tail
from stillwatch.attribution.paired import weigher
from stillwatch.attribution.sign_test import sign_test
from stillwatch.attribution.subject import Subject  # noqa: TC001  # the example above makes one
from stillwatch.attribution.token_choices import counts_of
from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.attribution.answer_pair import AnswerPair
    from stillwatch.attribution.codebook import Codebook
    from stillwatch.attribution.pair_table import Floats, Ints
    from stillwatch.attribution.plan import PlannedTest
    from stillwatch.attribution.token_choices import TokenChoices

CODEBOOK: Final = "codebook"
"""As a plan names the sign test over choices."""
CODEWORD: Final = "codeword"
"""The same of one cohort's codeword."""
PAIRED: Final = "paired"
"""The sign test over pairs of answers."""
PAIRED_WEIGHED: Final = "paired_weighed"
"""The same, each pair by how far the suspect prefers one answer, over redrawn coins."""
COIN_RULES: Final = frozenset((CODEBOOK, CODEWORD, PAIRED, PAIRED_WEIGHED))
WORDINGS: Final = "wordings/1"
TOKEN_CHOICES: Final = "token_choices/1"  # noqa: S105  # no password
PAIRS: Final = "pairs/1"
_RULES: Final = {
    WORDINGS: (CODEBOOK, CODEWORD),
    TOKEN_CHOICES: (CODEBOOK, CODEWORD),
    PAIRS: (PAIRED, PAIRED_WEIGHED),
}
_COHORT: Final = "?cohort="
FULL_SHARE_EXCESS: Final = {CODEBOOK: "0.32", CODEWORD: "0.41", PAIRED: "0.5", PAIRED_WEIGHED: "0.5"}
"""Mean excess of one choice's score in students of served text alone: of 56 choices 46 fell as their coins by 50,000
tokens of a small student, and so a codeword's would score 0.64 of the most; pairs that were read 48 times all did."""
_SEED: Final = 1
"""Of redrawn coins, which no real coin has a say in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinsInUse:
    """One key of the plan whose coins chose between things to say."""

    identity: str
    """What the choices are of, as a plan's `scheme` begins."""
    names: tuple[str, ...]
    """Of the choices."""
    key: bytes
    epoch: str
    material_sha256: str
    lean: Callable[[Subject], Floats]
    """Which way each choice of a subject leans, shape (n,): above 0 to the second; 0 = neither, or it is not made."""
    lean_public: Callable[[Subject], Floats]
    """The same of public text, which tells what was written alone."""


def wordings_in_use(book: Codebook, baseline: Ints, *, key: bytes, epoch: str) -> CoinsInUse:
    """Coins of a codebook; `baseline` (n, 2) counts its options in text that no coin has touched."""

    def lean(subject: Subject) -> Floats:
        return leanings(book.count(subject.said), baseline).astype(np.float64)

    rows = [[one.name, one.first, one.second] for one in book.choices]
    digest = _digest({"choices": rows, "baseline": baseline.tolist()})
    return _in_use(WORDINGS, book.names, key, epoch, digest, lean, lean)


def token_choices_in_use(choices: TokenChoices, baseline: Ints, *, key: bytes, epoch: str) -> CoinsInUse:
    """Coins of choices between tokens; `baseline` (n, 2) counts them in text that no coin has touched."""

    def lean(subject: Subject) -> Floats:
        return leanings(counts_of(subject.texts, choices), baseline).astype(np.float64)

    digest = _digest({"choices": list(choices.names), "baseline": baseline.tolist()})
    return _in_use(TOKEN_CHOICES, choices.names, key, epoch, digest, lean, lean)


def pairs_in_use(pairs: Sequence[AnswerPair], *, key: bytes, epoch: str) -> CoinsInUse:
    """Coins of pairs of answers: a suspect tells how much likelier the second is, public text holds either."""

    def lean(subject: Subject) -> Floats:
        if not subject.preferences:
            mend = "ask it for log-probabilities: stillwatch attribute query --pairs"
            raise InputError("nobody asked how likely it finds both answers", where=subject.name, mend=mend)
        return np.array([subject.preferences.get(one.name, 0.0) for one in pairs], np.float64)

    def lean_public(subject: Subject) -> Floats:
        def held(answer: str) -> int:
            return sum(answer in text for text in subject.said)

        return np.array([held(one.second) - held(one.first) for one in pairs], np.float64)

    digest = _digest({"pairs": [list(one) for one in pairs]})
    return _in_use(PAIRS, tuple(one.name for one in pairs), key, epoch, digest, lean, lean_public)


def coin_scorer(
    test: PlannedTest, coins: CoinsInUse, subject: Subject, *, is_public: bool = False
) -> Callable[[bytes], Detection]:
    """The test of a subject under any key.

    Raises:
        InputError: The test is of other choices, or the subject was not asked what it needs.
    """
    check_coins(test, coins)
    lean = (coins.lean_public if is_public else coins.lean)(subject)
    if test.rule == CODEWORD:
        return lambda key: _of_cohort(lean, key, cohort_of(test), coins.names)
    if test.rule == PAIRED_WEIGHED and not is_public:
        weighed = weigher(lean, seed=_SEED)
        return lambda key: _of_signs(lean, key, coins.names, weighed)
    return lambda key: _of_signs(lean, key, coins.names)


def check_coins(test: PlannedTest, coins: CoinsInUse) -> None:
    """Hold a test to the choices that it is planned for.

    Raises:
        InputError: It is of others, or its rule does not go with them.
    """
    if identity_of(test) != coins.identity:
        raise InputError(f"the plan is for {test.scheme}", where=test.key, mend=f"give {test.scheme}, as planned")
    if test.material_sha256 != coins.material_sha256:
        mend = "give the codebook, the unmarked text or the pairs that the plan was made with"
        raise InputError("other choices than the plan's", where=test.key, mend=mend)
    if test.rule not in _RULES[coins.identity] or bool(cohort_of(test)) != (test.rule == CODEWORD):
        allowed = ", ".join(_RULES[coins.identity])
        mend = f"plan one of {allowed}; {CODEWORD} names a cohort, the others none"
        raise InputError(f"{test.scheme} is not tested by {test.rule}", where=test.key, mend=mend)


def identity_of(test: PlannedTest) -> str:
    """What the choices are of."""
    return test.scheme.partition(_COHORT)[0]


def cohort_of(test: PlannedTest) -> str:
    """The cohort whose codeword is tested; empty where the coins are one key's alone."""
    return test.scheme.partition(_COHORT)[2]


def scheme_text(identity: str, cohort: str) -> str:
    """What a plan's `scheme` says of coins."""
    return f"{identity}{_COHORT}{cohort}" if cohort else identity


def needed_by_coins(test: PlannedTest, coins: CoinsInUse, subject: Subject, log10_alpha: float) -> float:
    """The mean excess of a choice's score that p needs to reach alpha, by the exact law; infinite where none would do.

    Raises:
        InputError: As `coin_scorer`.
    """
    lean = np.sign(coins.lean(subject)).astype(np.int64)
    if test.rule == CODEWORD:
        return needed_score(lean, coins.key, coins.names, log10_alpha)
    trials = int(np.count_nonzero(lean))
    matches = next((n for n in range(trials + 1) if log10_binomial_tail(n, trials, 0.5) <= log10_alpha), None)
    return float("inf") if matches is None else matches / trials - 0.5


def _in_use(  # noqa: PLR0913, PLR0917  # the parts of one value
    identity: str,
    names: tuple[str, ...],
    key: bytes,
    epoch: str,
    digest: str,
    lean: Callable[[Subject], Floats],
    lean_public: Callable[[Subject], Floats],
) -> CoinsInUse:
    return CoinsInUse(
        identity=identity,
        names=names,
        key=key,
        epoch=epoch,
        material_sha256=digest,
        lean=lean,
        lean_public=lean_public,
    )


def _of_signs(
    lean: Floats, key: bytes, names: tuple[str, ...], weighed: Callable[[np.ndarray], float] | None = None
) -> Detection:
    coins = coins_of(key, names)
    found = sign_test(np.sign(lean).astype(np.int64), coins)
    log10_p = weighed(coins) if weighed else found.log10_p
    return Detection(n=found.trials, score=float(found.matches), log10_p=log10_p, pairs=len(names))


def _of_cohort(lean: Floats, key: bytes, cohort: str, names: tuple[str, ...]) -> Detection:
    (found,) = rank_cohorts(np.sign(lean).astype(np.int64), key, (cohort,), names)
    score = found.score / STEPS
    return Detection(n=int((lean != 0).sum()), score=score, log10_p=found.log10_p, pairs=len(names))


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
