"""One test of a plan on one subject: what is scored is picked once, and then scored under any key.

A key has no say in what is picked, so the real key, its decoys and the keys of other hypotheses all see the same pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.coins import (
    COIN_RULES,
    PAIRED,
    PAIRED_WEIGHED,
    CoinsInUse,
    check_coins,
    coin_scorer,
    needed_by_coins,
)
from stillwatch.attribution.decoys import decoy_keys, decoy_secrets
from stillwatch.attribution.detect import Detection, Pairs, are_among, contexts_of, scorer
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.pair_table import Counted, PairTable, table_of_probabilities, table_of_texts
from stillwatch.attribution.power import needed_excess
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.attribution.slot import in_slot
from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stillwatch.attribution.pair_table import Ints
    from stillwatch.attribution.plan import PlannedTest
    from stillwatch.attribution.scheme import Key, Scheme
    from stillwatch.attribution.slot import Slot
    from stillwatch.attribution.subject import Subject

EPROCESS: Final = "eprocess"
"""As a plan names the test of `attribution.eprocess`, which is no rule of the shelf."""
_NOTHING_SERVED: Final = Counted(np.empty((0, 0), np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInUse:
    """One key of the plan."""

    scheme: Scheme
    key: Key
    epoch: str
    served: Counted | None = None
    """The contexts that were served under it, where logs were kept."""
    slot: Slot | None = None
    """Where several keys share each answer, the contexts that this one marks."""


InUse = KeyInUse | CoinsInUse
"""One key of the plan, of either kind: which one it is says `isinstance`."""


def check_key(test: PlannedTest, key: InUse) -> None:
    """Hold a key to the test that it is planned for.

    Raises:
        InputError: It is opened by another scheme, layer or choices, or goes with another rule.
    """
    if isinstance(key, CoinsInUse):
        check_coins(test, key)
        return
    if key.scheme.identity != test.scheme:
        raise InputError(f"the plan is for {test.scheme}", where=test.key, mend="open the key by the plan's scheme")
    if bool(test.layer) != (key.slot is not None):
        raise InputError(f"the plan and the key differ on the layer of {test.key}", mend="name the slot key in both")


def reads_text(test: PlannedTest) -> bool:
    """Whether a test reads as much text as the plan says: an e-process reads what there is, others read no text."""
    if test.rule in COIN_RULES:
        return test.rule not in {PAIRED, PAIRED_WEIGHED}
    return test.rule != EPROCESS and not rule_named(test.rule).is_of_probabilities


def keys_of_schemes(keys: Mapping[str, InUse]) -> dict[str, KeyInUse]:
    """Those that mark tokens, by label."""
    return {label: key for label, key in keys.items() if isinstance(key, KeyInUse)}


def widest_probe(tests: Sequence[PlannedTest], keys: Mapping[str, InUse]) -> int:
    """How many tokens of context a probe needs for all tests that read one; 0 = none does."""
    rules = {test.key: test.rule for test in tests if test.rule not in {*COIN_RULES, EPROCESS}}
    asking = [label for label, rule in rules.items() if rule_named(rule).is_of_probabilities]
    return max((keys_of_schemes(keys)[label].scheme.context_width for label in asking), default=0)


def decoys_for(key: InUse, derive: Callable[[str], bytes]) -> Iterator[Key]:
    """Keys of the same derivation that marked nothing, without end."""
    return decoy_secrets(derive) if isinstance(key, CoinsInUse) else decoy_keys(key.scheme, derive)


def needed_of(test: PlannedTest, key: InUse, subject: Subject, scored: int, log10_alpha: float) -> float:
    """The mean excess of a score that p needs to reach alpha, with so many scored; infinite where none would do."""
    if isinstance(key, CoinsInUse):
        return needed_by_coins(test, key, subject, log10_alpha)
    return needed_excess(scored, log10_alpha, key.scheme.null.log_mgf)


def is_exact(test: PlannedTest, key: InUse) -> bool:
    """Whether p-values of a test are uniform under the null hypothesis, as `Null.is_exact`."""
    return not isinstance(key, CoinsInUse) and key.scheme.null.is_exact and test.rule != EPROCESS


def public_scorer_of(test: PlannedTest, key: InUse, corpus: Subject) -> Callable[[Key], Detection]:
    """What public text is looked through for: marked text itself, by every pair, and not what a model made of it."""
    if isinstance(key, CoinsInUse):
        return coin_scorer(test, key, corpus, is_public=True)
    return scorer_of(test._replace(rule="pairs"), key, corpus)


def scorer_of(test: PlannedTest, key: InUse, subject: Subject) -> Callable[[Key], Detection]:
    """The test of a subject under any key of the scheme.

    Raises:
        InputError: There is no such rule, or it asks for what is not given.
    """
    if isinstance(key, CoinsInUse):
        return coin_scorer(test, key, subject)
    check_key(test, key)
    if subject.said and not subject.texts:
        mend = "name the teacher's tokenizer.json with --tokenizer"
        raise InputError("text without a tokenizer", where=subject.name, mend=mend)
    if test.rule == EPROCESS:
        process = EProcess(key.scheme, key.key, prompt_contexts=_asked(key.scheme, subject), slot=key.slot)
        process.read(subject.texts)
        return lambda other: _as_detection(process.under(other))
    rule = rule_named(test.rule)
    if rule.needs_served and key.served is None:
        raise InputError(f"{rule.name} asks what was served under {test.key}", mend="give the table of served contexts")
    table = _probed(test, key.scheme, subject) if rule.is_of_probabilities else written(key.scheme, subject)
    pairs = picked(table, rule, key.served or _NOTHING_SERVED)
    return scorer(in_slot(pairs, key.slot) if key.slot else pairs, key.scheme)


def written(scheme: Scheme, subject: Subject) -> PairTable:
    """The pairs of a subject's text, without the contexts of what it was asked."""
    return table_of_texts(subject.texts, width=scheme.context_width, prompt_contexts=_asked(scheme, subject))


def _probed(test: PlannedTest, scheme: Scheme, subject: Subject) -> PairTable:
    """What a model thinks likely, without the contexts of what it was asked."""
    if subject.probe is None:
        mend = "run it over the probe: stillwatch attribute query --top"
        raise InputError(f"{test.rule} reads a model's probabilities", where=subject.name, mend=mend)
    contexts, tokens, probabilities = subject.probe
    width = scheme.context_width
    if contexts.shape[1] < width:
        mend = "read the probe again with as many tokens of context as the scheme has"
        raise InputError(f"a probe with {contexts.shape[1]} tokens of context", where=subject.name, mend=mend)
    contexts = contexts[:, contexts.shape[1] - width :]
    asked = _asked(scheme, subject)
    if asked is not None:
        kept = ~are_among(Pairs(contexts, tokens[:, 0]), asked)
        contexts, tokens, probabilities = contexts[kept], tokens[kept], probabilities[kept]
    return table_of_probabilities(contexts, tokens, probabilities)


def _asked(scheme: Scheme, subject: Subject) -> Ints | None:
    return contexts_of(subject.prompts, scheme) if subject.prompts else None


def _as_detection(process: EProcess) -> Detection:
    return Detection(n=process.seeds, score=process.score, log10_p=process.log10_p, pairs=process.seeds)
