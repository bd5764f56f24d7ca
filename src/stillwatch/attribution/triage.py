"""Many suspects at once: which to look at first, never whom to accuse.

>>> tested = [Outcome("a", "dependent", "k", "mode", -9.0), Outcome("b", "inconclusive", "k", "mode", -0.3)]
>>> [(one.tested.suspect, round(one.log10_q, 2)) for one in triage(tested, tried=10)]
[('a', -8.0), ('b', 0.0)]

Each suspect stands with the lowest p-value of its own plan, after Holm's correction there. Q-values are those of
Benjamini and Hochberg over all suspects that were tested: of those listed up to a q-value, no larger a share is
expected to be false. A claim rests on the suspect's own verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.attribution.holm import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Sequence


class Outcome(NamedTuple):
    suspect: str
    verdict: str
    """Its kind."""
    key: str
    """Of the judged test."""
    rule: str
    log10_p: float
    """Of that test, after Holm's correction over its plan."""


class Triaged(NamedTuple):
    tested: Outcome
    log10_q: float


def triage(tested: Sequence[Outcome], *, tried: int) -> list[Triaged]:
    """The suspects, the one to look at first at the top; `tried` counts all that were tested, listed or not.

    Raises:
        InputError: Fewer were tested than are given.
    """
    values = benjamini_hochberg([one.log10_p for one in tested], tried=tried).tolist()
    found = [Triaged(one, value) for one, value in zip(tested, values, strict=True)]
    return sorted(found, key=lambda one: (one.log10_q, one.tested.log10_p, one.tested.suspect))
