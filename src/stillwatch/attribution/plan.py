"""What is going to be tested, written down and hashed before anything is scored.

>>> test = PlannedTest("global/2026-47", "ab" * 32, "gumbel", "mode")
>>> plan = Plan(
...     suspect="model-x",
...     access=Access.QUERIED,
...     obtained="https://api.example.com/v1, model x-7b, temperature 1, one random token as prompt",
...     probes_sha256="cd" * 32,
...     tokenizer_sha256="ef" * 32,
...     tests=(test,),
...     served_sha256="",
...     controls=(PlannedControl("x-base", "its base model, released before the epoch"),),
...     alpha="0.01",
...     stop_after_tokens=20_000,
...     decoys=1_000,
...     full_share_excess="0.9",
...     code_version="0.1.0",
... )
>>> read_plan(canonical(plan)) == plan
True

The canonical form is that of RFC 8785, of texts and whole numbers alone (a probability is a decimal text), so that
`evidence.leaf_entry.digest_of` gives the same hash. The hash goes into the transparency log; a result is confirmatory
when what was run is what the log held before the first score, and exploratory otherwise.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime

SCHEMA: Final = "stillwatch.attribution-plan/1"
LEAST_DECOYS: Final = 1000
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PROBABILITY: Final = re.compile(r"0\.[0-9]*[1-9]")
_EXCESS: Final = re.compile(r"[1-9][0-9]*(\.[0-9]+)?|0\.[0-9]*[1-9]")
_MEND: Final = "write it with `attribution.plan.canonical`"


class Access(StrEnum):
    """What of the suspect can be seen, and how the text that is scored came to us."""

    QUERIED = "queried"
    """We asked the suspect ourselves: an interface, or weights that we ran."""
    LOGPROBS = "logprobs"
    """We asked it, and it told log-probabilities."""
    WEIGHTS = "weights"
    """We ran its weights over a probe."""
    HANDED_IN = "handed_in"
    """Somebody gave us a file of outputs, which anybody may have written."""


class PlannedTest(NamedTuple):
    """One hypothesis; all of a plan make up the family that Holm's correction is over."""

    key: str
    """Label of the key, such as `global/2026-47`."""
    key_commitment: str
    """SHA-256 of the key as it was committed to before use, hex."""
    scheme: str
    """`Scheme.identity`: its name, the version of its hash and its parameters."""
    rule: str
    """File name of `attribution/rules`, or `eprocess`, `codebook`, `codeword`, `paired`."""
    layer: str = ""
    """Where several keys share each answer: the layer, of how many, and SHA-256 of the slot key as it was committed to,
    such as `0/2 3b5d…`; empty where the key marks at every context."""
    material_sha256: str = ""
    """Of the choices that coins were drawn for, and of how unmarked text makes them; empty where there are none."""
    excess: str = ""
    """As `Plan.full_share_excess`, of this test; empty where that of the plan holds."""


class PlannedControl(NamedTuple):
    """A model that cannot have met the key: a base model, a sibling, a release older than the epoch."""

    name: str
    why_clean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    suspect: str
    access: Access
    obtained: str
    """How its text comes to us: endpoint or folder, model name, sampling parameters."""
    probes_sha256: str
    tokenizer_sha256: str
    """Of the teacher's tokenizer: text of a suspect with another one is encoded again."""
    tests: tuple[PlannedTest, ...]
    served_sha256: str
    """Of the table of contexts that were served, for rules that ask it; empty where none does."""
    controls: tuple[PlannedControl, ...]
    alpha: str
    """Family-wise error of the claim, as a decimal text."""
    stop_after_tokens: int
    """Tokens of the suspect that are scored; with `eprocess`, the most that are asked for."""
    decoys: int
    full_share_excess: str
    """Mean excess of a context's score in a student of marked text alone, measured beforehand, as a decimal text: what
    an inconclusive verdict is told in."""
    code_version: str


class Registered(NamedTuple):
    """A plan as a transparency log holds it."""

    sha256: str
    noted_at: datetime


class PlanStanding(StrEnum):
    CONFIRMATORY = "confirmatory"
    """The log held this plan before anything was scored."""
    EXPLORATORY = "exploratory"
    """It held none, another one, or held it too late: figures may be shown, nothing may be claimed."""


def canonical(plan: Plan) -> bytes:
    """The bytes of a plan, which anybody can write again."""
    value = asdict(plan) | {
        "schema": SCHEMA,
        "tests": [_plain(one) for one in plan.tests],
        "controls": [one._asdict() for one in plan.controls],
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(plan: Plan) -> str:
    """Hex; what a leaf of the log is told."""
    return hashlib.sha256(canonical(plan)).hexdigest()


def read_plan(data: bytes, where: str = "") -> Plan:
    """A plan from its bytes.

    Raises:
        InputError: It is none, is not in canonical form, or leaves out what a plan must fix.
    """
    try:
        value = json.loads(data)
        plan = _plan(value)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"no plan: {error}", where=where, mend=_MEND) from error
    if canonical(plan) != data:
        raise InputError("a plan that is not in canonical form", where=where, mend=_MEND)
    check_plan(plan, where)
    return plan


def check_plan(plan: Plan, where: str = "") -> None:
    """Hold a plan to what each must fix.

    Raises:
        InputError: It does not; the message says what and how to mend it.
    """
    for wrong, mend in _lacking(plan):
        if wrong:
            raise InputError(f"the plan cannot be tested by: {mend}", where=where, mend=mend)


def differing_fields(planned: Plan, run: Plan) -> tuple[str, ...]:
    """What was run otherwise than planned, by name."""
    return tuple(one.name for one in fields(Plan) if getattr(planned, one.name) != getattr(run, one.name))


def standing_of(run: Plan, registered: Registered | None, scored_at: datetime) -> PlanStanding:
    """Whether a result may be claimed: `run` says what was really done, `scored_at` when the first score was made."""
    if registered is None or registered.sha256 != sha256_of(run) or registered.noted_at >= scored_at:
        return PlanStanding.EXPLORATORY
    return PlanStanding.CONFIRMATORY


def _plain(test: PlannedTest) -> dict[str, str]:
    """What a test says beyond key, scheme and rule stands where it says something."""
    plain = test._asdict()
    return {name: said for name, said in plain.items() if said or name not in {"material_sha256", "excess"}}


def _plan(value: dict[str, Any]) -> Plan:
    if value.pop("schema") != SCHEMA:
        raise ValueError("another version")
    tests = tuple(PlannedTest(**one) for one in value.pop("tests"))
    controls = tuple(PlannedControl(**one) for one in value.pop("controls"))
    return Plan(tests=tests, controls=controls, access=Access(value.pop("access")), **value)


def _lacking(plan: Plan) -> tuple[tuple[bool, str], ...]:
    hashes = (plan.probes_sha256, plan.tokenizer_sha256, *(one.key_commitment for one in plan.tests))
    hashes += tuple(one for one in (plan.served_sha256, *(test.material_sha256 for test in plan.tests)) if one)
    asks_served = any(one.rule.endswith("_log") for one in plan.tests)
    return (
        (not plan.tests, "name at least one test"),
        (len(set(plan.tests)) < len(plan.tests), "name each test once"),
        (not plan.controls, "name at least one clean control: a base model, a sibling, an older release"),
        (any(not _SHA256.fullmatch(one) for one in hashes), "write hashes as 64 hexadecimal digits"),
        (asks_served and not plan.served_sha256, "give the hash of the served contexts, which a rule asks for"),
        (not _PROBABILITY.fullmatch(plan.alpha), "write alpha as a decimal below 1, such as 0.01"),
        (
            any(
                not _EXCESS.fullmatch(one)
                for one in (plan.full_share_excess, *(t.excess for t in plan.tests if t.excess))
            ),
            "write full_share_excess as a decimal above 0, such as 0.9",
        ),
        (plan.decoys < LEAST_DECOYS, f"draw at least {LEAST_DECOYS:,} decoy keys"),
        (plan.stop_after_tokens <= 0, "say after how many tokens to stop"),
        (not plan.suspect or not plan.obtained or not plan.code_version, "say who is suspected, how, and by what code"),
    )
