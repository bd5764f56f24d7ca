"""Judge a student as any suspect is judged: a plan in the log first, then `attribution.examine`.

Ring and log are the experiment's own, made fresh with it. A student is asked for its text after its plan was noted.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.examine import Circumstances, Material, examine
from stillwatch.attribution.key_ring import commitment_of
from stillwatch.attribution.plan import Access, Plan, PlannedControl, PlannedTest, standing_of
from stillwatch.attribution.planned_test import KeyInUse
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.core.version import VERSION
from stillwatch.evaluation.distil.variant import mark_of
from stillwatch.service.attribution.commit_keys import commit_keys, committed_key
from stillwatch.service.attribution.mark_keys import MarkKeys
from stillwatch.service.attribution.register_plan import register_plan, registered_plan
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.attribution.examine import Examination
    from stillwatch.attribution.pair_table import Counted
    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.evaluation.distil.distil_sizes import DistilSizes
    from stillwatch.evaluation.distil.variant import Variant

TOKEN_IDS: Final = hashlib.sha256(b"token ids").hexdigest()
"""Of a tokenizer, where text is token ids from the start."""
_ALPHA: Final = "0.01"
_FULL_SHARE_EXCESS: Final = "0.9"
"""Mean excess of a context's score in a student of marked text alone: measured on a larger student of another text."""
_PERMUTATIONS: Final = 1


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


def committed_mark(vault: Vault, variant: Variant) -> Mark:
    """The mark of a variant; its key is committed to before it marks anything."""
    label = label_of(vault, variant)
    commit_keys(vault.ring, [label], vault.log, at=datetime.now(UTC))
    return mark_of(variant, committed_key(vault.ring, label, vault.log).secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One student, and all that its plan fixes."""

    name: str
    variant: Variant
    controls: tuple[PlannedControl, ...]
    probes_sha256: str
    tokenizer_sha256: str


def plan_of(case: Case, sizes: DistilSizes, vault: Vault) -> Plan:
    label = label_of(vault, case.variant)
    scheme = mark_of(case.variant, bytes(32)).scheme
    test = PlannedTest(str(label), commitment_of(label, vault.ring.secret(label)), scheme.identity, case.variant.rule)
    return Plan(
        suspect=case.name,
        access=Access.QUERIED,
        obtained="weights that we ran: one random token as prompt, temperature 1",
        probes_sha256=case.probes_sha256,
        tokenizer_sha256=case.tokenizer_sha256,
        tests=(test,),
        served_sha256="",
        controls=case.controls,
        alpha=_ALPHA,
        stop_after_tokens=sizes.tested_tokens,
        decoys=sizes.decoys,
        full_share_excess=_FULL_SHARE_EXCESS,
        code_version=VERSION,
    )


def note_plan(plan: Plan, vault: Vault) -> int:
    """Put the plan into the log, before the student is asked anything; returns the number of its leaf."""
    return register_plan(plan, vault.log, at=datetime.now(UTC))


def judge_student(plan: Plan, case: Case, material: Material, served: Counted, vault: Vault) -> Examination:
    """Make the test of the plan, with its decoys, controls and the check for forgery."""
    label = label_of(vault, case.variant)
    key = committed_key(vault.ring, label, vault.log)
    mark = mark_of(case.variant, key.secret)
    around = Circumstances(
        standing=standing_of(plan, registered_plan(plan, vault.log), datetime.now(UTC)),
        grants=(),
        derive=lambda decoy: vault.ring.secret(label._replace(owner=decoy.replace("/", "-"))),
        seed=_PERMUTATIONS,
    )
    keys = {str(label): KeyInUse(scheme=mark.scheme, key=mark.key, epoch=label.epoch, served=served)}
    return examine(plan, keys, material, around)
