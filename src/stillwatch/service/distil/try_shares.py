"""Students at several shares of marked answers, one mark after another, and which of them a test finds."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stillwatch.attribution.examine import Material
from stillwatch.attribution.holm import holm
from stillwatch.attribution.pair_table import contexts_of_texts
from stillwatch.attribution.plan import PlannedControl, canonical
from stillwatch.attribution.subject import Subject
from stillwatch.evaluation.distil.lessons import mixture
from stillwatch.evaluation.distil.variant import variant_named
from stillwatch.service.distil.judge_student import Case, committed_mark, judge_student, note_plan, plan_of
from stillwatch.service.distil.students import ask, learn, probes_sha256
from stillwatch.service.distil.teach import marked_answers
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from stillwatch.attribution.examine import Examination
    from stillwatch.evaluation.distil.variant import Variant
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.students import Student
    from stillwatch.service.distil.teach import Progress, Taught

    Ints = npt.NDArray[np.int64]


def try_shares(bench: Bench, progress: Progress) -> dict[str, Any]:
    """Each student of each mark, with Holm's correction over those of one mark.

    Raises:
        InputError: There is no such mark.
    """
    variants = [variant_named(name) for name in bench.settings.variants]
    return {"students": [one for variant in variants for one in _try(variant, bench, progress)]}


def _try(variant: Variant, bench: Bench, progress: Progress) -> list[dict[str, Any]]:
    taught, vault = bench.taught, bench.vault
    marked = marked_answers(variant.name, taught, committed_mark(vault, variant), progress)
    served = contexts_of_texts([row[taught.sizes.prompt :] for row in marked], width=variant.context_width)
    told = []
    for percent in bench.settings.shares:
        case = _case(variant, percent, taught)
        plan = plan_of(case, taught.sizes, vault)
        leaf = note_plan(plan, vault)
        student = _student(case.name, percent, taught, marked, progress)
        found = judge_student(plan, case, _material(case, ask(student, taught, progress), taught), served, vault)
        write_whole(taught.stages.folder / f"{case.name}.plan.json", canonical(plan))
        told.append(_plain(case, percent, student, found, leaf))
    adjusted = holm([one["log10_p"] for one in told], tried=len(told)).tolist()
    return [one | {"adjusted_log10_p": p} for one, p in zip(told, adjusted, strict=True)]


def _case(variant: Variant, percent: int, taught: Taught) -> Case:
    return Case(
        name=f"{variant.name}-{percent:03d}",
        variant=variant,
        controls=(PlannedControl("teacher-plain", "its own answers before any were marked"),),
        probes_sha256=probes_sha256(taught),
        tokenizer_sha256=taught.tokenizer_sha256,
    )


def _student(name: str, percent: int, taught: Taught, marked: Ints, progress: Progress) -> Student:
    # Students of no marked text are the same for every variant: one is enough.
    return learn(name if percent else "000", lambda: mixture(marked, taught.plain, percent=percent), taught, progress)


def _material(case: Case, rows: Ints, taught: Taught) -> Material:
    prompt = taught.sizes.prompt
    return Material(
        Subject(name=case.name, texts=tuple(rows[:, 1:])),
        (Subject(name=case.controls[0].name, texts=tuple(taught.plain[: len(rows), prompt:])),),
        (Subject(name="text", texts=tuple(taught.held_out)),),
    )


def _plain(case: Case, percent: int, student: Student, found: Examination, leaf: int) -> dict[str, Any]:
    detection = found.found[found.judged]
    return {
        "student": case.name,
        "variant": case.variant._asdict(),
        "marked_percent": percent,
        "loss": student.loss,
        "contexts": detection.n,
        "score": detection.score,
        "log10_p": detection.log10_p,
        "decoys": asdict(found.decoys),
        "controls": [one._asdict() for one in (*found.controls, *found.corpora)],
        "plan_leaf": leaf,
        "verdict": asdict(found.verdict),
    }
