"""Make the plan of a test out of what a person says, and the key ring: who is suspected, and what will be scored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.coins import (
    COIN_RULES,
    FULL_SHARE_EXCESS,
    PAIRS,
    WORDINGS,
    check_coins,
    identity_of,
    scheme_text,
)
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
from stillwatch.service.attribution.coin_material import coins_of_material
from stillwatch.service.attribution.commit_keys import committed_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.attribution.coins import CoinsInUse
    from stillwatch.attribution.planned_test import InUse
    from stillwatch.attribution.scheme import Scheme
    from stillwatch.service.attribution.coin_material import CoinMaterial
    from stillwatch.service.attribution.commit_keys import CommittedKey
    from stillwatch.service.attribution.mark_keys import MarkKeys
    from stillwatch.service.evidence.evidence_log import EvidenceLog

_EXAMPLE = "write LABEL=SCHEME[,name=value…]:RULE, as in global/2026-11-16=vllm_gumbel,context_width=2:mode"
_COINS: Final = {"wordings": WORDINGS, "pairs": PAIRS}
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


def make_plan(
    wanted: tuple[Wanted, ...], terms: Terms, ring: MarkKeys, log: EvidenceLog, material: CoinMaterial | None = None
) -> Plan:
    """The plan; each key must have been committed to. `material` is what coins are tossed for, where a test asks.

    Raises:
        InputError: A test, a scheme or a rule is none, or the plan leaves something open.
        SettingsError: A key was not committed to.
    """
    tests = tuple(_planned(one, committed_key(ring, read_label(one.label), log), ring, log, material) for one in wanted)
    plan = Plan(tests=tests, code_version=VERSION, **terms._asdict())
    check_plan(plan)
    return plan


def keys_of_plan(
    plan: Plan, ring: MarkKeys, log: EvidenceLog, material: CoinMaterial | None = None
) -> dict[str, InUse]:
    """The keys that a plan names, out of the ring, by label.

    Raises:
        InputError: A scheme is none, or the ring holds another key than the plan was made with.
        SettingsError: A key was not committed to.
    """
    keys: dict[str, InUse] = {}
    for test in plan.tests:
        key = committed_key(ring, read_label(test.key), log)
        if commitment_of(key.label, key.secret) != test.key_commitment:
            mend = "open the ring that the plan was made with"
            raise InputError("the ring holds another key", where=test.key, mend=mend)
        if test.rule in COIN_RULES:
            keys[test.key] = _coins(identity_of(test), key, material)
            continue
        scheme = scheme_of(test.scheme)
        slot = _slot(read_layer(test.layer), key, ring, log) if test.layer else None
        in_use = KeyInUse(scheme=scheme, key=scheme.key_of(key.secret), epoch=key.label.epoch or "its term", slot=slot)
        known = keys.setdefault(test.key, in_use)
        if not isinstance(known, KeyInUse) or (known.scheme.identity, known.slot) != (scheme.identity, slot):
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


def _planned(
    one: Wanted, key: CommittedKey, ring: MarkKeys, log: EvidenceLog, material: CoinMaterial | None
) -> PlannedTest:
    commitment = commitment_of(key.label, key.secret)
    if one.rule in COIN_RULES:
        return _planned_coins(one, key, commitment, material)
    scheme = open_scheme(one.scheme, one.parameters)
    if one.rule != EPROCESS:
        rule_named(one.rule)
    layer = _layer(one.layer, key, ring, log) if one.layer else ""
    return PlannedTest(one.label, commitment, scheme.identity, one.rule, layer)


def _planned_coins(one: Wanted, key: CommittedKey, commitment: str, material: CoinMaterial | None) -> PlannedTest:
    """The test of a codebook or of pairs; `cohort` names whose codeword, `excess` what a full share would show."""
    settings = dict(one.parameters)
    cohort, excess = str(settings.pop("cohort", "")), str(settings.pop("excess", FULL_SHARE_EXCESS[one.rule]))
    if settings or one.layer:
        unknown = ", ".join([*settings, *([f"@{one.layer}"] if one.layer else [])])
        raise InputError(f"coins take no {unknown}", where=one.label, mend="set cohort and excess alone")
    if one.scheme not in _COINS:
        mend = f"name one of {', '.join(_COINS)}, as in codebook/all/2026-11-16=wordings:codebook"
        raise InputError(f"no choices {one.scheme!r}", where=one.label, mend=mend)
    coins = _coins(_COINS[one.scheme], key, material)
    scheme = scheme_text(coins.identity, cohort)
    test = PlannedTest(one.label, commitment, scheme, one.rule, "", coins.material_sha256, excess)
    check_coins(test, coins)
    return test


def _coins(identity: str, key: CommittedKey, material: CoinMaterial | None) -> CoinsInUse:
    if material is None:
        raise InputError("a test by coins without choices", where=str(key.label), mend="name --unmarked or --pairs")
    return coins_of_material(identity, material, key=key.secret, epoch=key.label.epoch or "its term")


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
