"""One campaign a fleet: groups that were accepted over and over, by other keys and other cuts, become one.

The same fleet is proposed by each of its templates, by its cards, by its profiles, whole and in parts. What is the
same, what is purer, and what are two operators in one pool is decided here; nothing is tested again.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.detection.core_group import PROGRAM_COLUMNS, UNIFORM, most_shown
from stillwatch.detection.scene import LEAST_ACCOUNTS, together
from stillwatch.detection.statistics import SMALLEST_P

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.graph import Proposal
    from stillwatch.detection.judgement import Judgement
    from stillwatch.logs.window_rows import Ints

_MAIN_PIECE: Final = 0.4
_WELL_PROVEN: Final = 6.0  # orders of magnitude
_SAME_GROUP: Final = 0.5  # of the smaller group's accounts
_SAME_EXCHANGES: Final = 0.15  # of the smaller group's


class Accepted(NamedTuple):
    judgement: Judgement
    q_value: float
    proposal: Proposal
    is_review: bool


class Declined(NamedTuple):
    """A group in concert that an honest twin explains."""

    judgement: Judgement
    twin: str
    because: str


def distinct(accepted: Sequence[Accepted]) -> list[Accepted]:
    """One campaign a fleet: accepted groups that mostly agree are one.

    A group of one configuration and one client is purer than the larger group around it, so it goes first, and the
    larger one then lends it evidence only; so does one whose proof is far weaker, since it is larger by strangers.
    Unless the first is a small piece of a fleet whose accounts were made to differ.
    """
    out: list[Accepted] = []
    for one in sorted(accepted, key=_precision_order):
        mine = one.judgement.suspects
        if mine.size < LEAST_ACCOUNTS and not (one.is_review and mine.size):
            continue
        same = next((at for at, other in enumerate(out) if _is_same(one, other)), None)
        if same is None:
            out.append(one)
            continue
        is_main_piece = out[same].judgement.suspects.size >= _MAIN_PIECE * mine.size
        if is_main_piece and (_is_uniform(out[same]) or _is_better(out[same], one)):
            out[same] = _with_evidence(out[same], one)
        else:
            out[same] = _joined(out[same], one)
    return sorted(out, key=lambda each: (each.q_value, -each.judgement.suspects.exchanges))


def _is_better(first: Accepted, second: Accepted) -> bool:
    """Purer, or proven twice as far out."""
    return _uniform_columns(first) > _uniform_columns(second) or _strength(first) > 2 * _strength(second)


def _strength(one: Accepted) -> float:
    return -math.log10(max(one.judgement.p_value, SMALLEST_P))


def _precision_order(one: Accepted) -> tuple[int, bool, bool, int]:
    """The purest first, then what is proven well, then what a key holds together, then the larger."""
    suspects = one.judgement.suspects
    is_weak = _strength(one) < _WELL_PROVEN
    return -_uniform_columns(one), is_weak, len(suspects.events.keys) == 0, -suspects.exchanges


def _uniform_columns(one: Accepted) -> int:
    """Of configuration and client, how many are one and the same in nearly all exchanges."""
    events = one.judgement.suspects.events
    return sum(most_shown(events[column]).share >= UNIFORM for column in PROGRAM_COLUMNS)


def _is_uniform(one: Accepted) -> bool:
    return _uniform_columns(one) == len(PROGRAM_COLUMNS)


def _is_same(one: Accepted, other: Accepted) -> bool:
    mine, theirs = one.judgement.suspects, other.judgement.suspects
    return (
        one.is_review == other.is_review
        and _overlaps(mine.accounts, theirs.accounts, _SAME_GROUP)
        and not _are_two_pipelines(one, other)
    )


def _are_two_pipelines(one: Accepted, other: Accepted) -> bool:
    """Two operators may rent one pool: the same accounts, but other exchanges, of another configuration or client."""
    if not (_is_uniform(one) and _is_uniform(other)):
        return False
    mine, theirs = one.judgement.suspects, other.judgement.suspects
    if _overlaps(mine.events["exchange_no"], theirs.events["exchange_no"], _SAME_EXCHANGES):
        return False
    return any(most_shown(mine.events[column]) != most_shown(theirs.events[column]) for column in PROGRAM_COLUMNS)


def _overlaps(left: Ints, right: Ints, least: float) -> bool:
    # Each holds a value once; told so, the sets are sorted together instead of each being made distinct by hashing.
    return len(np.intersect1d(left, right, assume_unique=True)) >= least * min(len(left), len(right))


def _with_evidence(first: Accepted, second: Accepted) -> Accepted:
    """The first group with the other's evidence of kinds that it has not."""
    seen = {evidence.source for evidence in first.judgement.evidence}
    more = tuple(evidence for evidence in second.judgement.evidence if evidence.source not in seen)
    joined = replace(first.judgement, evidence=first.judgement.evidence + more)
    return first._replace(judgement=joined, q_value=min(first.q_value, second.q_value))


def _joined(first: Accepted, second: Accepted) -> Accepted:
    """The larger of two groups, with the other's accounts and evidence."""
    small, large = sorted((first, second), key=lambda each: each.judgement.suspects.size)
    both = together(large.judgement.suspects, small.judgement.suspects)
    return _with_evidence(large._replace(judgement=replace(large.judgement, suspects=both)), small)


def distinct_declined(declined: Sequence[Declined], taken: set[int]) -> list[Declined]:
    out: list[Declined] = []
    for one in declined:
        mine = one.judgement.suspects.accounts
        if sum(int(account) in taken for account in mine) >= _SAME_GROUP * len(mine):
            continue
        if not any(_overlaps(mine, other.judgement.suspects.accounts, _SAME_GROUP) for other in out):
            out.append(one)
    return out
