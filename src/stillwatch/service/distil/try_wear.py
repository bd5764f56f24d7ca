"""What wears a mark down before a student is tested: paraphrase, later clean training, and a vocabulary of its own.

    marked answers ─▸ rewritten by a second model ─▸ student
                   ─▸ student ─▸ trained on, on unmarked answers
                   ─▸ text ─▸ cut by the student's own tokenizer ─▸ student ─▸ text ─▸ tokens of the teacher

Each is of the first variant's mark, and every answer that is learned is marked, so that what is lost is lost to the
wear. The second model is the student of no marked answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.distil.answers import rewritten
from stillwatch.evaluation.distil.gpt import mean_loss
from stillwatch.evaluation.distil.other_tokens import OtherTokens
from stillwatch.evaluation.distil.variant import variant_named
from stillwatch.service.distil.amounts import amounts_of
from stillwatch.service.distil.cohort import cohort_of
from stillwatch.service.distil.students import ask, learn, learn_on, probes_sha256
from stillwatch.service.distil.try_student import Trial, Written, clean_student, plain_student, try_student, written_by
from stillwatch.service.distil.writing import writing_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.cohort import Cohort
    from stillwatch.service.distil.teach import Progress

    Ints = npt.NDArray[np.int64]


def try_wear(bench: Bench, progress: Progress) -> dict[str, Any]:
    """Students whose lessons, or whose later life, wore the mark down."""
    cohort = cohort_of(variant_named(bench.settings.variants[0]), bench, progress)
    trials = (
        _of_rewritten(cohort, bench, progress),
        _trained_on(cohort, bench, progress),
        _of_other_tokens(cohort, bench, progress),
    )
    return {"tests": [row for trial in trials for row in try_student(trial, bench)]}


def _of_rewritten(cohort: Cohort, bench: Bench, progress: Progress) -> Trial:
    sizes, seed = bench.taught.sizes, bench.taught.seed + 4

    def write() -> Written:
        second = plain_student(bench, progress).model

        def make() -> dict[str, Ints]:
            return {"rows": rewritten(second, cohort.marked, begun=sizes.prompt, share=sizes.rewritten, seed=seed)}

        lessons = bench.taught.stages.arrays("rewritten-answers", make)["rows"]
        return written_by("rewritten", lessons, bench, progress)()

    return _trial("rewritten", {"rewritten_share": sizes.rewritten}, write, cohort, bench, progress)


def _trained_on(cohort: Cohort, bench: Bench, progress: Progress) -> Trial:
    def write() -> Written:
        taught = bench.taught
        begun = learn(f"{cohort.variant.name}-100", lambda: cohort.marked, taught, progress)
        student = learn_on("trained-on", begun, lambda: taught.plain, taught, progress)
        return Written(tuple(ask(student, taught, progress)[:, 1:]), student.loss)

    told = {"further_steps": bench.taught.sizes.further_steps}
    return _trial("trained-on", told, write, cohort, bench, progress)


def _of_other_tokens(cohort: Cohort, bench: Bench, progress: Progress) -> Trial:
    taught, writing = bench.taught, writing_of(bench.settings, bench.taught.shape.symbols)
    text = writing.texts(cohort.marked)
    own = OtherTokens.of(text, symbols=taught.shape.symbols * 3 // 2)
    held_out = own.rows(writing.texts(taught.held_out), context=taught.sizes.context)
    apart = taught._replace(
        shape=taught.shape._replace(symbols=own.symbols),
        held_out=held_out,
        sizes=replace(taught.sizes, suspect_rows=2 * taught.sizes.suspect_rows),
    )

    def write() -> Written:
        rows = own.rows(text, context=taught.sizes.context)
        student = learn("other-tokens", lambda: rows, apart, progress)
        said = own.texts(ask(student, apart, progress)[:, 1:])
        # Its loss is told by token of the teacher, as everybody's is.
        loss = mean_loss(student.model, held_out) * held_out.size / taught.held_out.size
        return Written(writing.tokens(said), loss)

    trial = _trial("other-tokens", {"own_symbols": own.symbols}, write, cohort, bench, progress)
    return trial._replace(probes_sha256=probes_sha256(apart))


def _trial(  # noqa: PLR0913, PLR0917  # who, how it is told, what it writes, and what it is held against
    name: str,
    told: dict[str, Any],
    write: Callable[[], Written],
    cohort: Cohort,
    bench: Bench,
    progress: Progress,
) -> Trial:
    return Trial(
        name=name,
        told={"variant": cohort.variant.name, "marked_percent": 100, **told},
        amounts=amounts_of((cohort.test_of(100),), bench.taught.sizes),
        write=write,
        clean=(clean_student(bench, progress),),
    )
