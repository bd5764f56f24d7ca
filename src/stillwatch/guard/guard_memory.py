"""What a guard remembers from request to request; the worker processes of one server have it in common.

>>> [memory.moves_budgets for memory in shared_memories(3)]
[True, False, False]
"""

from __future__ import annotations

import secrets
from typing import Final, NamedTuple

from stillwatch.guard.budgets import Budgets
from stillwatch.guard.reasoning_bonds import ReasoningBonds
from stillwatch.guard.shared_arrays import SharedArrays

_SEED_BITS: Final = 63


class GuardMemory(NamedTuple):
    budgets: Budgets
    bonds: ReasoningBonds
    moves_budgets: bool = True
    """Where the clock was set the budgets move with it; of several guards that share them one alone does it."""


def own_memory() -> GuardMemory:
    """That of a guard alone."""
    return GuardMemory(Budgets(), ReasoningBonds(seed=secrets.randbits(_SEED_BITS)))


def shared_memories(count: int) -> tuple[GuardMemory, ...]:
    """One for each of so many processes that are forked from this one."""
    shared = SharedArrays()
    budgets, bonds = Budgets(shared=shared), ReasoningBonds(seed=secrets.randbits(_SEED_BITS), shared=shared)
    return tuple(GuardMemory(budgets, bonds, number == 0) for number in range(count))
