"""What students learn where the teacher's log-probabilities or steps are withheld, or its answers are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.distil.defence_sizes import DEFENCES
from stillwatch.evaluation.distil.quality import Quality
from stillwatch.evaluation.distil.variant import variant_named
from stillwatch.service.distil.cohort import cohort_of
from stillwatch.service.distil.secret_coins import committed_coins
from stillwatch.service.distil.students import learn
from stillwatch.service.distil.try_codebook import OWNER, codebook_student, served_answers, token_choices
from stillwatch.service.distil.try_logprobs import answer_loss, excess_loss, try_logprobs
from stillwatch.service.distil.try_steps import try_steps

if TYPE_CHECKING:
    from stillwatch.evaluation.distil.defence_sizes import DefenceSizes
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.teach import Progress

_MARK = "gumbel"


def try_defences(bench: Bench, progress: Progress, sizes: DefenceSizes = DEFENCES) -> dict[str, Any]:
    """Each defence, and how good a student is that learned under it; losses are told above the teacher's own."""
    return {
        "teacher_loss": answer_loss(bench.taught.teacher, bench.taught),
        "qualities": [
            one._asdict()
            for one in (
                *try_logprobs(bench, progress, sizes),
                *try_steps(bench, progress, sizes),
                *_marks(bench, progress),
            )
        ],
    }


def _marks(bench: Bench, progress: Progress) -> list[Quality]:
    """Students of text alone, as much as the teacher answered: with no mark in it, a codebook's, and one key's."""
    taught, vault = bench.taught, bench.vault
    choices = token_choices(taught)
    served = served_answers(taught, choices, committed_coins(vault, OWNER, choices.names))
    cohort = cohort_of(variant_named(_MARK), bench, progress)
    students = {
        "none": codebook_student(0, taught, served, progress),
        "codebook": codebook_student(100, taught, served, progress),
        "gumbel, one key": learn(f"{_MARK}-100", lambda: cohort.marked, taught, progress),
    }
    return [Quality("mark", name, "excess", excess_loss(one.model, taught)) for name, one in students.items()]
