"""Train students on what a teacher answered, and ask them for text of their own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.evaluation.distil.answers import answers
from stillwatch.evaluation.distil.gpt import Gpt, Training, load_weights, mean_loss, train, weights_of
from stillwatch.service.distil.teach import of_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from stillwatch.service.distil.teach import Progress, Taught

    Ints = npt.NDArray[np.int64]

_DECAY = 0.05


class Student(NamedTuple):
    name: str
    model: Gpt
    loss: float
    """Nats a token, on text that nobody learned."""


def learn(name: str, lessons: Callable[[], Ints], taught: Taught, progress: Progress) -> Student:
    """A student of the teacher's shape that learned rows (n, context) from scratch; its weights are kept."""
    return _learn(name, lessons, taught, _training(taught, taught.sizes.student_steps), progress)


def learn_on(name: str, begun: Student, lessons: Callable[[], Ints], taught: Taught, progress: Progress) -> Student:
    """A student that went on learning, as `further_steps` of the sizes says."""
    training = _training(taught, taught.sizes.further_steps)
    return _learn(name, lessons, taught, training._replace(begin=weights_of(begun.model)), progress)


def probes(taught: Taught) -> Ints:
    """What every suspect is asked: single tokens drawn evenly, shape (suspect_rows, 1)."""
    count, symbols = taught.sizes.suspect_rows, taught.shape.symbols
    return np.random.default_rng(taught.seed + 2).integers(symbols, size=(count, 1))


def probes_sha256(taught: Taught) -> str:
    """The same, as a plan names it."""
    return hashlib.sha256(probes(taught).tobytes()).hexdigest()


def ask(student: Student, taught: Taught, progress: Progress) -> Ints:
    """What a student writes after the probes, rows (suspect_rows, context), made now or before."""
    named = of_stage(progress, f"{student.name} asked")

    def answer() -> dict[str, Ints]:
        context, seed = taught.sizes.context, taught.seed + 3
        return {"rows": answers(student.model, probes(taught), context, mark=None, seed=seed, progress=named)}

    return taught.stages.arrays(f"asked-{student.name}", answer)["rows"]


def _training(taught: Taught, steps: int) -> Training:
    return Training(steps, taught.sizes.batch, _DECAY, taught.seed + 3, taught.device)


def _learn(name: str, lessons: Callable[[], Ints], taught: Taught, training: Training, progress: Progress) -> Student:
    named = of_stage(progress, name)
    stage = f"student-{name}"
    weights = taught.stages.arrays(stage, lambda: weights_of(train(taught.shape, lessons(), training, named)))
    model = load_weights(taught.shape, weights, taught.device)
    return Student(name, model, mean_loss(model, taught.held_out))
