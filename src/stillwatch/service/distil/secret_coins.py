"""Coins of a codebook in the experiment's ring: committed to before they choose anything, and tried beside decoys."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.attribution.codeword import coins_of
from stillwatch.attribution.key_ring import commitment_of
from stillwatch.attribution.plan import LEAST_DECOYS, Access, Plan, PlannedControl, PlannedTest
from stillwatch.attribution.sign_test import sign_test
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.core.version import VERSION
from stillwatch.service.attribution.commit_keys import commit_keys, committed_key
from stillwatch.service.distil.judge_student import note_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.pair_table import Ints
    from stillwatch.attribution.sign_test import Coins
    from stillwatch.service.distil.judge_student import Vault

_ALPHA = "0.01"
_LOG10_LEVEL = math.log10(0.05)
_FULL_SHARE_EXCESS = "0.4"
"""Matches of a choice above one half, in a student of served text alone: 46 of 56 in an earlier one."""


PAGELESS: Final[dict[str, Any]] = {"curve": None, "decoy_cells": None, "controls": {}, "corpora": {}, "verdict": None}
"""What the row of a test lacks that has no page of its own."""


class Asked(NamedTuple):
    """How a suspect is asked, as its plan says it."""

    access: Access
    obtained: str
    probes_sha256: str
    tokenizer_sha256: str
    tokens: int


def committed_coins(vault: Vault, owner: str, names: Sequence[str]) -> Coins:
    """A coin for each choice, shape (n,), of a key that the log holds a commitment to."""
    label = _label(vault, owner)
    commit_keys(vault.ring, [label], vault.log, at=datetime.now(UTC))
    return coins_of(committed_key(vault.ring, label, vault.log).secret, names)


def key_name(vault: Vault, owner: str) -> str:
    """The label of the key, as plans and results name it."""
    return str(_label(vault, owner))


def decoy_share(leanings: Ints, vault: Vault, owner: str, names: Sequence[str]) -> float:
    """The share of decoy keys, of the same derivation, under which a suspect's leanings (n,) have p of .05 or less."""
    labels = (_label(vault, f"{owner}-decoy-{number}") for number in range(LEAST_DECOYS))
    tests = (sign_test(leanings, coins_of(vault.ring.secret(label), names)) for label in labels)
    below = sum(one.log10_p <= _LOG10_LEVEL for one in tests)
    return below / LEAST_DECOYS


def note_coin_plan(vault: Vault, suspect: str, owner: str, rule: str, asked: Asked) -> int:
    """Note what will be tested, before the suspect is asked anything; returns the number of the leaf."""
    label = _label(vault, owner)
    test = PlannedTest(str(label), commitment_of(label, vault.ring.secret(label)), f"{owner}/1", rule)
    plan = Plan(
        suspect=suspect,
        access=asked.access,
        obtained=asked.obtained,
        probes_sha256=asked.probes_sha256,
        tokenizer_sha256=asked.tokenizer_sha256,
        tests=(test,),
        served_sha256="",
        controls=(PlannedControl("000", "a student of the same teacher's answers, none of which a coin chose"),),
        alpha=_ALPHA,
        stop_after_tokens=asked.tokens,
        decoys=LEAST_DECOYS,
        full_share_excess=_FULL_SHARE_EXCESS,
        code_version=VERSION,
    )
    return note_plan(plan, vault)


def _label(vault: Vault, owner: str) -> MarkLabel:
    return MarkLabel(MarkLayer.CODEBOOK, owner, vault.ring.epochs.begin.isoformat())
