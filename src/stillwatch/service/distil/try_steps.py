"""Students of answers to an invented task that takes steps, with the steps shown, changed or withheld.

The teacher is the task's own solution, which is never wrong: what differs between students is what they were shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evaluation.distil.defence_sizes import DEFENCES
from stillwatch.evaluation.distil.gpt import Shape, Training, fit, load_weights, weights_of
from stillwatch.evaluation.distil.likelihood import likeliest
from stillwatch.evaluation.distil.losses import of_answers
from stillwatch.evaluation.distil.quality import Quality
from stillwatch.evaluation.distil.steps_task import ASKED, SHORT, SYMBOLS, Shown, StepsTask, shown, turns_of
from stillwatch.service.distil.teach import of_stage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from stillwatch.evaluation.distil.defence_sizes import DefenceSizes
    from stillwatch.evaluation.distil.gpt import Gpt
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.teach import Progress, Taught

    Ints = npt.NDArray[np.int64]

_DECAY = 0.05
_WIDTH, _LAYERS, _HEADS = 64, 2, 4


def try_steps(bench: Bench, progress: Progress, sizes: DefenceSizes = DEFENCES) -> list[Quality]:
    """The share of new questions that each student answers rightly: of those that need steps, and of the others."""
    seed = bench.taught.seed
    task = StepsTask.of(seed)
    worked = task.worked(task.questions(count=sizes.worked, seed=seed))
    asked = task.questions(count=sizes.asked, seed=seed + 1)
    truth, is_short = task.worked(asked)[:, -1], turns_of(asked) <= SHORT
    found: list[Quality] = []
    for how in Shown:
        rows = shown(worked, how, seed=seed + 2)
        student = _student(how, rows, bench.taught, sizes, progress)
        right = likeliest(student, asked, rows.shape[1])[:, -1] == truth
        found += [
            Quality("reasoning", how.value, "right", float(right[~is_short].mean())),
            Quality("reasoning", how.value, "right, one turn", float(right[is_short].mean())),
        ]
    return found


def _student(how: Shown, rows: Ints, taught: Taught, sizes: DefenceSizes, progress: Progress) -> Gpt:
    name = f"steps-{how.value}"
    shape = Shape(SYMBOLS, _WIDTH, _LAYERS, _HEADS, rows.shape[1])
    training = Training(sizes.worked_steps, sizes.worked_batch, _DECAY, taught.seed + 3, taught.device)
    named = of_stage(progress, name)

    def learned() -> dict[str, npt.NDArray[np.float32]]:
        return weights_of(fit(shape, len(rows), training, of_answers(rows, ASKED), named))

    return load_weights(shape, taught.stages.arrays(f"student-{name}", learned), taught.device)
