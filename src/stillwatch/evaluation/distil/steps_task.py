"""An invented task whose answer takes steps: a state, and several turns that each lead to another state.

>>> task = StepsTask.of(seed=1)
>>> rows = task.worked(task.questions(count=2, seed=1))
>>> rows.shape
(2, 20)

A row is: state, turns, blanks up to as many as there can be, a sign; a state for each turn, blanks; a sign, and the
last state. Turns are permutations of the states, so nothing that came before is forgotten: who does not write steps
must see through all turns at once. Questions of one turn need no steps, as short code needs none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

STATES: Final = 6
TURNS: Final = 4
LONGEST: Final = 8
"""Turns of a question, at most."""
SHORT: Final = 1
"""Turns of a question that needs no steps, at most."""
ASKED: Final = LONGEST + 2
"""Tokens of a question."""
_FIRST_TURN: Final = 2 * STATES
"""Tokens below it are states: each has two words, the second of which nobody writes who was not reworded."""
_BLANK, _TO_WORK, _ANSWER = range(_FIRST_TURN + TURNS, _FIRST_TURN + TURNS + 3)
SYMBOLS: Final = _ANSWER + 1
_SUMMED: Final = 2
"""A summary says where every second turn led."""


class Shown(StrEnum):
    """What becomes of the steps before a student reads them."""

    STEPS = "steps"
    """They are as the teacher wrote them."""
    REWORDED = "reworded"
    """Each state is written by either of two words, at random."""
    SUMMARY = "summary"
    """Every second is left."""
    REMOVED = "removed"
    """They are left out, as by the guard's `how = "strip"`."""


@dataclass(frozen=True, slots=True)
class StepsTask:
    leads_to: Ints
    """(turns, states): where each turn leads from each state."""

    @classmethod
    def of(cls, seed: int) -> StepsTask:
        random = np.random.default_rng(seed)
        return cls(np.stack([random.permutation(STATES) for _ in range(TURNS)]))

    def questions(self, *, count: int, seed: int) -> Ints:
        """Questions (count, ASKED): half of them short."""
        random = np.random.default_rng(seed)
        turns = _FIRST_TURN + random.integers(TURNS, size=(count, LONGEST))
        short, long = random.integers(1, SHORT + 1, size=count), random.integers(SHORT + 1, LONGEST + 1, size=count)
        length = np.where(random.random(count) < 0.5, short, long)
        turns[np.arange(LONGEST) >= length[:, None]] = _BLANK
        first = random.integers(STATES, size=(count, 1))
        return np.hstack([first, turns, np.full((count, 1), _TO_WORK)])

    def worked(self, questions: Ints) -> Ints:
        """The same with steps and answers, (n, ASKED + LONGEST + 2)."""
        state, steps = questions[:, 0], np.full((len(questions), LONGEST), _BLANK)
        for at in range(LONGEST):
            turn = questions[:, 1 + at]
            goes_on = turn != _BLANK
            state = np.where(goes_on, self.leads_to[np.where(goes_on, turn - _FIRST_TURN, 0), state], state)
            steps[goes_on, at] = state[goes_on]
        return np.column_stack([questions, steps, np.full(len(questions), _ANSWER), state])


def turns_of(questions: Ints) -> Ints:
    """How many turns each takes, shape (n,)."""
    return np.asarray((questions[:, 1 : 1 + LONGEST] != _BLANK).sum(axis=1))


def shown(rows: Ints, how: Shown, *, seed: int) -> Ints:
    """Worked rows as a student gets to read them, (n, context): fewer tokens where steps are withheld."""
    asked, steps, answer = np.split(rows, [ASKED, ASKED + LONGEST], axis=1)
    if how is Shown.REWORDED:
        second = np.random.default_rng(seed).random(steps.shape) < 0.5
        steps = np.where(second & (steps < STATES), steps + STATES, steps)
    elif how is Shown.SUMMARY:
        steps = steps[:, _SUMMED - 1 :: _SUMMED]
    elif how is Shown.REMOVED:
        steps = steps[:, :0]
    return np.hstack([asked, steps, answer])
