"""What may be said of a suspect model, in words that a statistician can defend.

Four verdicts, told by `judge` and `lead`; nothing here says who took what, on purpose or by which way. A claim needs a
p-value of the plan's family, a plan that was in the log first, decoy keys and clean controls that behave, and a check
for forgery. What is not shown is "inconclusive", with what the test could have seen, and never "clean".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.attribution.p_text import p_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.check import Check


class VerdictKind(StrEnum):
    DEPENDENT = "dependent"
    """The adjusted p-value reaches the plan's alpha and every check passes."""
    INCONCLUSIVE = "inconclusive"
    """The test ran and shows no dependence; it says what it would have missed."""
    REFUSED = "refused"
    """A check failed, so that no figure may be claimed; it says which, and the mend."""
    LEAD = "lead"
    """By a method without a p-value that can be defended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    kind: VerdictKind
    sentence: str
    because: tuple[str, ...]
    """What each check saw."""
    mend: str
    """What would let a claim be made; empty where there is nothing to mend."""


class Claim(NamedTuple):
    """The test of the family that is judged: the lowest p-value, after correction over all that was tried."""

    key: str
    scheme: str
    epoch: str
    adjusted_log10_p: float
    contexts: int
    """How many distinct effective seeds were scored, or how many choices leaned to one side."""
    missed_below: float
    """Share of marked training text, 0 to 1, that the test would have missed, see `attribution.power`."""
    units: str = "contexts"
    """What was scored: `contexts`, or `choices` of coins."""


class Checks(NamedTuple):
    """All are mandatory."""

    plan: Check
    decoys: Check
    controls: Check
    spoof: Check


def judge(claim: Claim, checks: Checks, *, log10_alpha: float) -> Verdict:
    """The verdict on a suspect, of the three that carry p-values."""
    because = tuple(one.said for one in checks)
    is_low = claim.adjusted_log10_p <= log10_alpha
    # The spoof check asks where a dependence comes from, so it decides only where one is shown.
    failed = [one for one in checks[:3] if not one.has_passed] or [checks.spoof] * (
        is_low and not checks.spoof.has_passed
    )
    if failed:
        names = " and ".join(one.name for one in failed)
        return Verdict(
            kind=VerdictKind.REFUSED,
            sentence=f"Nothing is claimed: {names} did not pass.",
            because=because,
            mend="; ".join(one.mend for one in failed),
        )
    return Verdict(
        kind=VerdictKind.DEPENDENT if is_low else VerdictKind.INCONCLUSIVE,
        sentence=_dependent(claim) if is_low else _inconclusive(claim),
        because=because,
        mend="",
    )


def lead(method: str, seen: Sequence[str]) -> Verdict:
    """What a method without a defensible p-value is worth."""
    return Verdict(
        kind=VerdictKind.LEAD,
        sentence="Worth a look; not evidence.",
        because=(f"{method} gives no p-value that can be defended", *seen),
        mend="make a plan for a test by keyed marks, coin-flip choices or an e-process",
    )


def _dependent(claim: Claim) -> str:
    return (
        f"The suspect's text depends on key {claim.key} ({claim.scheme}, epoch {claim.epoch}). Had it never met text "
        f"marked with {claim.key}, directly or through others, so strong a result would occur with probability "
        f"at most {p_text(claim.adjusted_log10_p)}."
    )


def _inconclusive(claim: Claim) -> str:
    if claim.missed_below >= 1.0:
        missed = "even a model that learned from nothing else would be missed"
    else:
        missed = f"a share below {claim.missed_below * 100:.2g} % would be missed"
    return f"No dependence shown; with {claim.contexts:,} {claim.units} {missed}."
