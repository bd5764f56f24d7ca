"""One test of a plan on one subject: what is scored is picked once, and then scored under any key.

A key has no say in what is picked, so the real key, its decoys and the keys of other hypotheses all see the same pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.detect import Detection, contexts_of, scorer
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.pair_table import Counted, PairTable, table_of_probabilities, table_of_texts
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.attribution.slot import in_slot
from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

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


def scorer_of(test: PlannedTest, key: KeyInUse, subject: Subject) -> Callable[[Key], Detection]:
    """The test of a subject under any key of the scheme.

    Raises:
        InputError: There is no such rule, or it asks for what is not given.
    """
    if bool(test.layer) != (key.slot is not None):
        raise InputError(f"the plan and the key differ on the layer of {test.key}", mend="name the slot key in both")
    if test.rule == EPROCESS:
        process = EProcess(key.scheme, key.key, prompt_contexts=_asked(key.scheme, subject), slot=key.slot)
        process.read(subject.texts)
        return lambda other: _as_detection(process.under(other))
    rule = rule_named(test.rule)
    if rule.needs_served and key.served is None:
        raise InputError(f"{rule.name} asks what was served under {test.key}", mend="give the table of served contexts")
    table = _probed(test, subject) if rule.is_of_probabilities else written(key.scheme, subject)
    pairs = picked(table, rule, key.served or _NOTHING_SERVED)
    return scorer(in_slot(pairs, key.slot) if key.slot else pairs, key.scheme)


def written(scheme: Scheme, subject: Subject) -> PairTable:
    """The pairs of a subject's text, without the contexts of what it was asked."""
    return table_of_texts(subject.texts, width=scheme.context_width, prompt_contexts=_asked(scheme, subject))


def _probed(test: PlannedTest, subject: Subject) -> PairTable:
    if subject.probe is None:
        raise InputError(f"{test.rule} reads a model's probabilities", where=subject.name, mend="run it over the probe")
    return table_of_probabilities(*subject.probe)


def _asked(scheme: Scheme, subject: Subject) -> Ints | None:
    return contexts_of(subject.prompts, scheme) if subject.prompts else None


def _as_detection(process: EProcess) -> Detection:
    return Detection(n=process.seeds, score=process.score, log10_p=process.log10_p, pairs=process.seeds)
