"""Test a suspect by its plan, with everything that a claim needs, and reach a verdict.

    suspect ─▸ tests of the plan ─▸ Holm over all ─▸ the one to be judged ─▸ verdict
                    │                                      ├ decoy keys of its derivation
    controls, public corpora ─▸ the same tests             └ does it follow what was served?

Pure: text, tables and keys come in, figures go out. Every test of the plan is made on the suspect and on each clean
control, whatever the first of them show. In public corpora marked text itself is looked for, and not what a model made
of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.attribution.check import Control, check_controls, check_decoys, check_standing
from stillwatch.attribution.coins import cohort_of
from stillwatch.attribution.decoys import DecoyReport, calibrate
from stillwatch.attribution.holm import holm
from stillwatch.attribution.plan import check_plan
from stillwatch.attribution.planned_test import (
    KeyInUse,
    check_key,
    decoys_for,
    is_exact,
    needed_of,
    public_scorer_of,
    reads_text,
    scorer_of,
    written,
)
from stillwatch.attribution.power import missed_below
from stillwatch.attribution.spoof import Learned, check_spoof, learned
from stillwatch.attribution.verdict import Checks, Claim, Verdict, judge
from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stillwatch.attribution.detect import Detection
    from stillwatch.attribution.plan import Plan, PlannedTest, PlanStanding
    from stillwatch.attribution.planned_test import InUse
    from stillwatch.attribution.subject import Subject


class Material(NamedTuple):
    """What is tested, and what it is compared with."""

    suspect: Subject
    controls: tuple[Subject, ...]
    """In the order of the plan."""
    corpora: tuple[Subject, ...]
    """Public text that the suspect may have been trained on."""


class Circumstances(NamedTuple):
    """What decides, beside the figures, whether anything may be claimed."""

    standing: PlanStanding
    """Of the plan, see `plan.standing_of`."""
    grants: tuple[str, ...]
    """Ids of licences under which the suspect's owner received text of these keys."""
    derive: Callable[[str], bytes]
    """The key ring's derivation, from label to secret: decoys are made by it."""
    seed: int
    """Of permutations."""
    differs: tuple[str, ...] = ()
    """What was run otherwise than planned, see `plan.differing_fields`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    verdict: Verdict
    claim: Claim
    judged: int
    """Number of the planned test that the verdict is about: the one of the lowest p-value."""
    found: tuple[Detection, ...]
    """Of each planned test, on the suspect."""
    adjusted_log10_p: tuple[float, ...]
    """The same, by Holm over the whole plan."""
    missed_below: tuple[float, ...]
    """Share of marked training text, 0 to 1, that each test would have missed, see `attribution.power`."""
    controls: tuple[Control, ...]
    corpora: tuple[Control, ...]
    decoys: DecoyReport
    follows: Learned


def examine(plan: Plan, keys: Mapping[str, InUse], material: Material, around: Circumstances) -> Examination:
    """Make every test of a plan; `keys` are by the labels that it names.

    Raises:
        InputError: The plan is lacking, names what is not there, or asks for other controls or for more text.
    """
    _refuse(plan, keys, material)
    suspect = material.suspect.first(plan.stop_after_tokens)
    scorers = [scorer_of(test, keys[test.key], suspect) for test in plan.tests]
    found = tuple(score(keys[test.key].key) for score, test in zip(scorers, plan.tests, strict=True))
    adjusted = holm([one.log10_p for one in found], tried=len(found))
    judged = int(np.argmin(adjusted))
    test, key = plan.tests[judged], keys[plan.tests[judged].key]
    decoys = calibrate(
        scorers[judged],
        found[judged],
        decoys_for(key, around.derive),
        count=plan.decoys,
        is_exact=is_exact(test, key),
    )
    controls = tuple(_told(one, plan.tests, keys) for one in material.controls)
    corpora = tuple(_found_in(one, plan.tests, keys) for one in material.corpora)
    follows = learned(written(key.scheme, suspect), key, seed=around.seed) if isinstance(key, KeyInUse) else None
    missed = tuple(
        _missed(plan, test, keys[test.key], suspect, one.n) for test, one in zip(plan.tests, found, strict=True)
    )
    claim = _claim(test, key, found[judged], float(adjusted[judged]), missed[judged])
    checks = Checks(
        check_standing(around.standing, around.differs),
        check_decoys(decoys),
        check_controls(controls),
        check_spoof(plan.access, follows, corpora, around.grants),
    )
    return Examination(
        verdict=judge(claim, checks, log10_alpha=float(np.log10(float(plan.alpha)))),
        claim=claim,
        judged=judged,
        found=found,
        adjusted_log10_p=tuple(adjusted.tolist()),
        missed_below=missed,
        controls=controls,
        corpora=corpora,
        decoys=decoys,
        follows=follows or Learned(0.0, 0.0, 0),
    )


def _refuse(plan: Plan, keys: Mapping[str, InUse], material: Material) -> None:
    check_plan(plan)
    unknown = {test.key for test in plan.tests} - keys.keys()
    if unknown:
        raise InputError(f"no key {', '.join(sorted(unknown))}", mend="open the key ring that the plan was made with")
    for test in plan.tests:
        check_key(test, keys[test.key])
    if [one.name for one in material.controls] != [one.name for one in plan.controls]:
        raise InputError("the controls are not those of the plan", mend="test exactly the controls that it names")
    tokens = sum(material.suspect.sizes)
    if tokens < plan.stop_after_tokens and any(reads_text(test) for test in plan.tests):
        raise InputError(
            f"{tokens:,} tokens of {plan.stop_after_tokens:,} that the plan asks for",
            where=material.suspect.name,
            mend="ask the suspect for the rest: to stop when it looks best makes every p-value too small",
        )


def _told(control: Subject, tests: Sequence[PlannedTest], keys: Mapping[str, InUse]) -> Control:
    """Tests of a control, on all of its text."""
    scored = (scorer_of(test, keys[test.key], control)(keys[test.key].key) for test in tests)
    return Control(control.name, tuple(one.log10_p for one in scored))


def _found_in(corpus: Subject, tests: Sequence[PlannedTest], keys: Mapping[str, InUse]) -> Control:
    """One look through public text for each key and what it marks."""
    each = {(test.key, test.scheme): test for test in tests}.values()
    scored = (public_scorer_of(test, keys[test.key], corpus)(keys[test.key].key) for test in each)
    return Control(corpus.name, tuple(one.log10_p for one in scored))


def _missed(plan: Plan, test: PlannedTest, key: InUse, suspect: Subject, scored: int) -> float:
    needed = needed_of(test, key, suspect, scored, float(np.log10(float(plan.alpha) / len(plan.tests))))
    return missed_below(needed, full_share_excess=float(test.excess or plan.full_share_excess))


def _claim(test: PlannedTest, key: InUse, found: Detection, adjusted_log10_p: float, missed: float) -> Claim:
    return Claim(
        key=f"{test.key}, codeword of {cohort_of(test)}" if cohort_of(test) else test.key,
        scheme=test.scheme,
        epoch=key.epoch,
        adjusted_log10_p=adjusted_log10_p,
        contexts=found.n,
        missed_below=missed,
        units="contexts" if isinstance(key, KeyInUse) else "choices",
    )
