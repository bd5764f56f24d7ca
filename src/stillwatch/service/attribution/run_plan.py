"""Run a plan on what a suspect answered, and put the result into values that a report and a dossier can hold."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from stillwatch.attribution.examine import Circumstances, Material, examine
from stillwatch.attribution.key_ring import decoy_material
from stillwatch.attribution.plan import differing_fields, sha256_of, standing_of
from stillwatch.attribution.planned_test import EPROCESS, reads_text, scorer_of
from stillwatch.core.errors import InputError
from stillwatch.core.version import VERSION
from stillwatch.service.attribution.register_plan import registered_plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stillwatch.attribution.examine import Examination
    from stillwatch.attribution.plan import Plan
    from stillwatch.attribution.planned_test import InUse
    from stillwatch.service.attribution.mark_keys import MarkKeys
    from stillwatch.service.evidence.evidence_log import EvidenceLog

SCHEMA: Final = "stillwatch.attribution/1"
_POINTS: Final = 10
_FEWEST: Final = 500


class Ran(NamedTuple):
    examination: Examination
    result: dict[str, Any]
    """As it is written to a file."""


def run_plan(  # noqa: PLR0913  # all that a claim rests on
    plan: Plan,
    keys: Mapping[str, InUse],
    material: Material,
    *,
    ring: MarkKeys,
    log: EvidenceLog,
    grants: tuple[str, ...],
    at: datetime,
) -> Ran:
    """Make every test of the plan, and reach a verdict.

    Args:
        plan: Registered, for a claim.
        keys: By the labels that it names, with what was served.
        material: The suspect's text, controls and public corpora.
        ring: Derives decoy keys.
        log: Holds the plan.
        grants: Ids of licences under which the suspect's owner received text of these keys.
        at: Now, before anything is scored.

    Raises:
        InputError: The plan is lacking, or asks for other controls or more text.
        SettingsError: A secret cannot be read.
    """
    master = ring.master_secret(plan.tests[0].key)
    run = replace(plan, code_version=VERSION)  # all else that a plan fixes is held to it or refused
    around = Circumstances(
        standing=standing_of(run, registered_plan(plan, log), at),
        grants=grants,
        derive=lambda label: decoy_material(master, label),
        seed=int(sha256_of(plan)[:8], 16),
        differs=differing_fields(plan, run),
    )
    found = examine(plan, keys, material, around)
    return Ran(found, _plain(plan, found, _curve(plan, keys, material, found), material, at))


def check_ready(plan: Plan, material: Material, tokenizer_sha256: str, served_sha256: str) -> None:
    """Refuse what is not what the plan fixed, before anything is scored.

    Raises:
        InputError: It is another tokenizer, other served contexts, or no public corpus is given.
    """
    for what, planned, given in (
        ("tokenizer", plan.tokenizer_sha256, tokenizer_sha256),
        ("table of served contexts", plan.served_sha256, served_sha256),
    ):
        if planned != given:
            mend = "give what the plan was made with, or make and register a new plan for other text"
            raise InputError(f"another {what} than the plan's", mend=mend)
    suspect = material.suspect
    if not (sum(suspect.sizes) or suspect.probe or suspect.preferences):
        raise InputError("the suspect has said nothing", where=material.suspect.name, mend="ask it first")


def _curve(plan: Plan, keys: Mapping[str, InUse], material: Material, found: Examination) -> list[tuple[int, float]]:
    """The p-value of the judged test after so many tokens; for a picture, no test of its own."""
    test = plan.tests[found.judged]
    tokens = min(sum(material.suspect.sizes), plan.stop_after_tokens)
    if tokens < _FEWEST or not (reads_text(test) or test.rule == EPROCESS):
        return []
    sizes = np.unique(np.geomspace(_FEWEST, tokens, _POINTS).astype(int)).tolist()
    key = keys[test.key]
    return [(size, scorer_of(test, key, material.suspect.first(size))(key.key).log10_p) for size in sizes]


def _plain(
    plan: Plan, found: Examination, curve: list[tuple[int, float]], material: Material, at: datetime
) -> dict[str, Any]:
    decoys = asdict(replace(found.decoys))
    return {
        "schema": SCHEMA,
        "scored_at": at.isoformat(),
        "plan_sha256": sha256_of(plan),
        "plan": asdict(plan)
        | {
            "tests": [one._asdict() for one in plan.tests],
            "controls": [one._asdict() for one in plan.controls],
        },
        "verdict": asdict(found.verdict),
        "claim": found.claim._asdict(),
        "judged": found.judged,
        "tests": [
            {**test._asdict(), **asdict(one), "adjusted_log10_p": adjusted, "missed_below": missed}
            for test, one, adjusted, missed in zip(
                plan.tests, found.found, found.adjusted_log10_p, found.missed_below, strict=True
            )
        ],
        "controls": [one._asdict() for one in found.controls],
        "corpora": [one._asdict() for one in found.corpora],
        "decoys": decoys,
        "follows": found.follows._asdict(),
        "curve": [{"tokens": size, "log10_p": log10_p} for size, log10_p in curve],
        "suspect_tokens": sum(material.suspect.sizes),
    }
