"""Make the plan of a test out of what a person says, and the key ring: who is suspected, and what will be scored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.key_ring import commitment_of, read_label
from stillwatch.attribution.parameters import read_settings
from stillwatch.attribution.plan import Access, Plan, PlannedControl, PlannedTest, check_plan
from stillwatch.attribution.planned_layer import PlannedLayer, read_layer
from stillwatch.attribution.planned_test import EPROCESS, KeyInUse
from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.slot import Slot, slot_key_of
from stillwatch.core.errors import InputError
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.core.version import VERSION
from stillwatch.service.attribution.commit_keys import committed_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.attribution.scheme import Scheme
    from stillwatch.service.attribution.commit_keys import CommittedKey
    from stillwatch.service.attribution.mark_keys import MarkKeys
    from stillwatch.service.evidence.evidence_log import EvidenceLog

_EXAMPLE = "write LABEL=SCHEME[,name=value…]:RULE, as in global/2026-11-16=vllm_gumbel,context_width=2:mode"
_LAYER: Final = re.compile(r"(\d{1,3})/(\d{1,3})")


class Wanted(NamedTuple):
    """One test, as a person writes it."""

    label: str
    scheme: str
    parameters: Mapping[str, int | float | str]
    rule: str
    layer: str = ""
    """Of how many, as in `0/2`, where the slot key of its epoch shares each answer among several keys."""


class Terms(NamedTuple):
    """All of a plan that is no test."""

    suspect: str
    access: Access
    obtained: str
    probes_sha256: str
    tokenizer_sha256: str
    served_sha256: str
    controls: tuple[PlannedControl, ...]
    alpha: str
    stop_after_tokens: int
    decoys: int
    full_share_excess: str


def make_plan(wanted: tuple[Wanted, ...], terms: Terms, ring: MarkKeys, log: EvidenceLog) -> Plan:
    """The plan; each key must have been committed to.

    Raises:
        InputError: A test, a scheme or a rule is none, or the plan leaves something open.
        SettingsError: A key was not committed to.
    """
    tests = []
    for one in wanted:
        scheme = open_scheme(one.scheme, one.parameters)
        if one.rule != EPROCESS:
            rule_named(one.rule)
        key = committed_key(ring, read_label(one.label), log)
        layer = _layer(one.layer, key, ring, log) if one.layer else ""
        tests.append(PlannedTest(one.label, commitment_of(key.label, key.secret), scheme.identity, one.rule, layer))
    plan = Plan(tests=tuple(tests), code_version=VERSION, **terms._asdict())
    check_plan(plan)
    return plan


def keys_of_plan(plan: Plan, ring: MarkKeys, log: EvidenceLog) -> dict[str, KeyInUse]:
    """The keys that a plan names, out of the ring, by label.

    Raises:
        InputError: A scheme is none, or the ring holds another key than the plan was made with.
        SettingsError: A key was not committed to.
    """
    keys: dict[str, KeyInUse] = {}
    for test in plan.tests:
        key = committed_key(ring, read_label(test.key), log)
        if commitment_of(key.label, key.secret) != test.key_commitment:
            mend = "open the ring that the plan was made with"
            raise InputError("the ring holds another key", where=test.key, mend=mend)
        scheme = scheme_of(test.scheme)
        slot = _slot(read_layer(test.layer), key, ring, log) if test.layer else None
        in_use = KeyInUse(scheme=scheme, key=scheme.key_of(key.secret), epoch=key.label.epoch or "its term", slot=slot)
        known = keys.setdefault(test.key, in_use)
        if (known.scheme.identity, known.slot) != (scheme.identity, slot):
            mend = "name each key with one scheme and one layer; make a plan of its own for another"
            raise InputError("one key under two schemes or layers", where=test.key, mend=mend)
    return keys


def scheme_of(identity: str) -> Scheme:
    """The scheme that a plan names by `Scheme.identity`.

    Raises:
        InputError: There is no such scheme, or it is of another version here.
    """
    name, _, rest = identity.partition("/")
    scheme = open_scheme(name, read_settings(rest.partition("?")[2]))
    if scheme.identity != identity:
        mend = f"test it with the version of stillwatch that the plan was made with; here it is {scheme.identity}"
        raise InputError(f"another version of a scheme: {identity}", mend=mend)
    return scheme


def read_wanted(text: str) -> Wanted:
    """A test as it is written at the command line.

    Raises:
        InputError: It is none.
    """
    label, _, rest = text.partition("=")
    scheme, _, rule = rest.rpartition(":")
    rule, is_layered, layer = rule.partition("@")
    name, _, settings = scheme.partition(",")
    if not (label and name and rule) or bool(is_layered) != bool(_LAYER.fullmatch(layer)):
        raise InputError(f"{text!r} is no test", mend=_EXAMPLE)
    return Wanted(label, name, read_settings(settings), rule, layer)


def _layer(written: str, key: CommittedKey, ring: MarkKeys, log: EvidenceLog) -> str:
    """The layer as a plan writes it."""
    slot = _slot_key(key, ring, log)
    layer, layers = map(int, written.split("/"))
    planned = PlannedLayer(layer, layers, commitment_of(slot.label, slot.secret))
    return str(read_layer(str(planned)))


def _slot(planned: PlannedLayer, key: CommittedKey, ring: MarkKeys, log: EvidenceLog) -> Slot:
    slot = _slot_key(key, ring, log)
    if commitment_of(slot.label, slot.secret) != planned.slot_commitment:
        raise InputError("the ring holds another slot key", where=str(slot.label), mend="open the ring of the plan")
    return Slot(slot_key_of(slot.secret), planned.layers, planned.layer)


def _slot_key(key: CommittedKey, ring: MarkKeys, log: EvidenceLog) -> CommittedKey:
    if not key.label.epoch:
        raise InputError(f"{key.label} has no slot key", mend="name a layer for keys of an epoch alone")
    return committed_key(ring, MarkLabel(MarkLayer.SLOT, "", key.label.epoch), log)
