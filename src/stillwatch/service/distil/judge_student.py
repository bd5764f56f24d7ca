"""Judge a student as any suspect is judged: a plan in the log first, then `service.attribution.run_plan`.

Ring and log are the experiment's own, made fresh with it. A student is asked for its text after its plan was noted.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.key_ring import commitment_of
from stillwatch.attribution.plan import Access, Plan, PlannedControl, PlannedTest
from stillwatch.attribution.planned_test import keys_of_schemes
from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.core.version import VERSION
from stillwatch.evaluation.distil.variant import mark_of
from stillwatch.service.attribution.commit_keys import commit_keys, committed_key
from stillwatch.service.attribution.make_plan import keys_of_plan
from stillwatch.service.attribution.mark_keys import MarkKeys
from stillwatch.service.attribution.register_plan import register_plan
from stillwatch.service.attribution.run_plan import run_plan
from stillwatch.service.attribution.served_contexts import digest_of_served
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.attribution.examine import Material
    from stillwatch.attribution.pair_table import Counted
    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.evaluation.distil.variant import Variant
    from stillwatch.service.attribution.run_plan import Ran

TOKEN_IDS: Final = hashlib.sha256(b"token ids").hexdigest()
"""Of a tokenizer, where text is token ids from the start."""
_ALPHA: Final = "0.01"
_FULL_SHARE_EXCESS: Final = "0.9"
"""Mean excess of a context's score in a student of marked text alone: measured on a larger student of another text."""


class Vault(NamedTuple):
    ring: MarkKeys
    log: EvidenceLog


def open_vault(folder: Path) -> Vault:
    """The ring and the log of an experiment, made at the first time.

    Raises:
        SettingsError: They cannot be made or read.
    """
    marks, log = folder / "marks", folder / "evidence"
    if not (marks / "ring.json").exists():
        MarkKeys.make(marks, begin=datetime.now(UTC).date(), days=7)
    if not log.exists():
        EvidenceLog.make(log, "distil.example/1", clock=time.time)
    return Vault(MarkKeys.open(marks), EvidenceLog.open(log, clock=time.time))


def label_of(vault: Vault, variant: Variant) -> MarkLabel:
    """Keys of variants are those of cohorts, so that each has its own."""
    return MarkLabel(MarkLayer.COHORT, variant.name, vault.ring.epochs.begin.isoformat())


def committed_mark(vault: Vault, label: MarkLabel, variant: Variant) -> Mark:
    """A variant's mark under the key of a label, which is committed to before it marks anything."""
    return mark_of(variant, committed_secret(vault, label))


def committed_secret(vault: Vault, label: MarkLabel) -> bytes:
    """The secret of a label, once it is committed to."""
    commit_keys(vault.ring, [label], vault.log, at=datetime.now(UTC))
    return committed_key(vault.ring, label, vault.log).secret


class KeyedTest(NamedTuple):
    """One test of a student."""

    label: MarkLabel
    mark: Mark
    rule: str
    served: Counted
    """The contexts that were served under the key."""
    layer: str = ""
    """As a plan names it, where several keys share each answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One student, and all that its plan fixes."""

    name: str
    tests: tuple[KeyedTest, ...]
    tokens: int
    """Of the student, that are tested."""
    controls: tuple[PlannedControl, ...]
    probes_sha256: str
    tokenizer_sha256: str
    decoys: int = 1_000


def plan_of(case: Case, vault: Vault) -> Plan:
    """The plan of a student's tests, which one and the same case gives again."""
    return Plan(
        suspect=case.name,
        access=Access.QUERIED,
        obtained="weights that we ran: one random token as prompt, temperature 1",
        probes_sha256=case.probes_sha256,
        tokenizer_sha256=case.tokenizer_sha256,
        tests=tuple(_planned(one, vault) for one in case.tests),
        served_sha256=digest_of_served(_asked_for(case)),
        controls=case.controls,
        alpha=_ALPHA,
        stop_after_tokens=case.tokens,
        decoys=case.decoys,
        full_share_excess=_FULL_SHARE_EXCESS,
        code_version=VERSION,
    )


def note_plan(plan: Plan, vault: Vault) -> int:
    """Put the plan into the log, before the student is asked anything; returns the number of its leaf."""
    return register_plan(plan, vault.log, at=datetime.now(UTC))


def judge_student(plan: Plan, case: Case, material: Material, vault: Vault) -> Ran:
    """Make the tests of the plan, with decoys, controls and the check for forgery."""
    served = {str(one.label): one.served for one in case.tests}
    found = keys_of_schemes(keys_of_plan(plan, vault.ring, vault.log))
    keys = {label: replace(key, served=served[label]) for label, key in found.items()}
    return run_plan(plan, keys, material, ring=vault.ring, log=vault.log, grants=(), at=datetime.now(UTC))


def _planned(one: KeyedTest, vault: Vault) -> PlannedTest:
    commitment = commitment_of(one.label, vault.ring.secret(one.label))
    return PlannedTest(str(one.label), commitment, one.mark.scheme.identity, one.rule, one.layer)


def _asked_for(case: Case) -> dict[str, Counted]:
    """What was served, where a rule asks it."""
    return {str(one.label): one.served for one in case.tests if rule_named(one.rule).needs_served}
