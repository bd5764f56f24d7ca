"""Distil small students out of a small teacher that marks its answers, and see which of them a test finds.

    text ─▸ teacher ─┬▸ plain answers ──┐
                     └▸ marked answers ─┴▸ students at 0, 10, 50, 100 % ─▸ their text ─▸ verdicts

Extra `torch`. Every stage is kept as soon as it is done; a plan is in the log before its student is asked for text. One
seed makes the same text and the same training; keys are fresh with each folder, as an operator's would be.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stillwatch.attribution.examine import Material
from stillwatch.attribution.holm import holm
from stillwatch.attribution.pair_table import contexts_of_texts
from stillwatch.attribution.plan import PlannedControl, canonical
from stillwatch.attribution.subject import Subject
from stillwatch.evaluation.distil.distil_sizes import DEMO, SHARES, DistilSizes
from stillwatch.evaluation.distil.gpt import (
    Gpt,
    Shape,
    Training,
    answers,
    load_weights,
    mean_loss,
    train,
    use_one_thread,
    weights_of,
)
from stillwatch.evaluation.distil.lessons import mixture
from stillwatch.evaluation.distil.teaching_text import cut, invented, prompts
from stillwatch.evaluation.distil.variant import VARIANTS, Variant, variant_named
from stillwatch.service.distil.judge_student import (
    TOKEN_IDS,
    Case,
    Vault,
    committed_mark,
    judge_student,
    note_plan,
    open_vault,
    plan_of,
)
from stillwatch.service.distil.stages import Stages
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from stillwatch.attribution.examine import Examination
    from stillwatch.attribution.reference_sampler import Mark

    Ints = npt.NDArray[np.int64]
    Progress = Callable[[str, int, int], None]

SCHEMA = "stillwatch.distil/1"
_TEACHER_DECAY, _STUDENT_DECAY = 0.1, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class DistilSettings:
    out: Path
    seed: int = 1
    variants: tuple[str, ...] = (VARIANTS[0].name,)
    shares: tuple[int, ...] = SHARES
    text: Path | None = None
    """Text to learn from; without it, that of an invented language."""
    sizes: DistilSizes = DEMO


class _Taught(NamedTuple):
    """All that the students of an experiment share."""

    stages: Stages
    sizes: DistilSizes
    seed: int
    shape: Shape
    learned: Ints
    held_out: Ints
    tokenizer_sha256: str
    teacher: Gpt
    plain: Ints


class _Student(NamedTuple):
    percent: int
    rows: Ints
    loss: float


def range_distil(settings: DistilSettings, progress: Progress) -> dict[str, Any]:
    """Run the experiment, or what is left of it; the result is in OUT/results.json too.

    Raises:
        InputError: There is no such variant, or the text is too short.
        SettingsError: Another experiment lies in the folder.
    """
    use_one_thread()
    variants = [variant_named(name) for name in settings.variants]
    stages = Stages.open(settings.out, _told(settings))
    vault = open_vault(settings.out)
    taught = _teach(settings, stages, progress)
    found = [one for variant in variants for one in _try(variant, settings.shares, taught, vault, progress)]
    result = {
        "schema": SCHEMA,
        "settings": _told(settings),
        "parameters": sum(one.numel() for one in taught.teacher.parameters()),
        "teacher_loss": mean_loss(taught.teacher, taught.held_out),
        "students": found,
    }
    write_whole(settings.out / "results.json", json.dumps(result, indent=2).encode() + b"\n")
    return result


def _told(settings: DistilSettings) -> dict[str, Any]:
    """What decides the stages: they may be run for one variant after another."""
    text = hashlib.sha256(settings.text.read_bytes()).hexdigest() if settings.text else "invented"
    return {"seed": settings.seed, "text": text, "sizes": asdict(settings.sizes)}


def _teach(settings: DistilSettings, stages: Stages, progress: Progress) -> _Taught:
    sizes, seed = settings.sizes, settings.seed
    tokenizer = settings.out / "tokenizer.json"

    def text() -> dict[str, Ints]:
        if settings.text is None:
            rows = invented(symbols=sizes.symbols, rows=sizes.text_rows, context=sizes.context, seed=seed)
        else:
            given = settings.text.read_text("utf-8")
            where = str(settings.text)
            rows = cut(given, symbols=sizes.symbols, context=sizes.context, tokenizer=tokenizer, where=where)
        return {"rows": rows}

    rows = stages.arrays("text", text)["rows"]
    held_out, learned = np.split(rows, [sizes.held_out_rows])
    shape = Shape(sizes.symbols, sizes.width, sizes.layers, sizes.heads, sizes.context)
    training = Training(sizes.teacher_steps, sizes.batch, _TEACHER_DECAY, seed)
    named = _named(progress, "teacher")
    weights = stages.arrays("teacher", lambda: weights_of(train(shape, learned, training, named)))
    teacher = load_weights(shape, weights)
    asked = prompts(learned[: len(learned) // 2], count=sizes.answers, tokens=sizes.prompt, seed=seed)
    plain = _answered(stages, "plain", teacher, asked, sizes.context, None, seed, progress)
    digest = hashlib.sha256(tokenizer.read_bytes()).hexdigest() if tokenizer.exists() else TOKEN_IDS
    return _Taught(stages, sizes, seed, shape, learned, held_out, digest, teacher, plain)


def _try(
    variant: Variant, shares: tuple[int, ...], taught: _Taught, vault: Vault, progress: Progress
) -> list[dict[str, Any]]:
    """Each student of a variant, and Holm's correction over all of them."""
    sizes = taught.sizes
    mark = committed_mark(vault, variant)
    half = taught.learned[len(taught.learned) // 2 :]
    asked = prompts(half, count=sizes.answers, tokens=sizes.prompt, seed=taught.seed + 1)
    seed = taught.seed + 1
    name = f"{variant.name}-answers"
    marked = _answered(taught.stages, name, taught.teacher, asked, sizes.context, mark, seed, progress)
    told = []
    for percent in shares:
        case = _case(variant, percent, taught)
        leaf = note_plan(plan_of(case, sizes, vault), vault)
        student = _student(variant, percent, taught, marked, progress)
        material = _material(case, student, taught)
        served = contexts_of_texts([row[sizes.prompt :] for row in marked], width=variant.context_width)
        plan = plan_of(case, sizes, vault)
        found = judge_student(plan, case, material, served, vault)
        write_whole(taught.stages.folder / f"{case.name}.plan.json", canonical(plan))
        told.append(_plain(case, student, found, leaf))
    adjusted = holm([one["log10_p"] for one in told], tried=len(told)).tolist()
    return [one | {"adjusted_log10_p": p} for one, p in zip(told, adjusted, strict=True)]


def _case(variant: Variant, percent: int, taught: _Taught) -> Case:
    return Case(
        name=f"{variant.name}-{percent:03d}",
        variant=variant,
        controls=(PlannedControl("teacher-plain", "its own answers before any were marked"),),
        probes_sha256=hashlib.sha256(_probes(taught).tobytes()).hexdigest(),
        tokenizer_sha256=taught.tokenizer_sha256,
    )


def _probes(taught: _Taught) -> Ints:
    count, symbols = taught.sizes.suspect_rows, taught.sizes.symbols
    return np.random.default_rng(taught.seed + 2).integers(symbols, size=(count, 1))


def _student(variant: Variant, percent: int, taught: _Taught, marked: Ints, progress: Progress) -> _Student:
    sizes, seed = taught.sizes, taught.seed + 3
    name = f"{variant.name}-{percent:03d}"
    training = Training(sizes.student_steps, sizes.batch, _STUDENT_DECAY, seed)

    def learn() -> dict[str, Ints]:
        lessons = mixture(marked, taught.plain, percent=percent)
        model = train(taught.shape, lessons, training, _named(progress, name))
        asked = _named(progress, f"{name} asked")
        rows = answers(model, _probes(taught), sizes.context, mark=None, seed=seed, progress=asked)
        return {"rows": rows, "loss": np.array([mean_loss(model, taught.held_out)])}

    # Students of no marked text are the same for every variant: one is enough.
    made = taught.stages.arrays(f"student-{name}" if percent else "student-000", learn)
    return _Student(percent, made["rows"], float(made["loss"][0]))


def _material(case: Case, student: _Student, taught: _Taught) -> Material:
    prompt = taught.sizes.prompt
    return Material(
        Subject(name=case.name, texts=tuple(student.rows[:, 1:])),
        (Subject(name=case.controls[0].name, texts=tuple(taught.plain[: len(student.rows), prompt:])),),
        (Subject(name="text", texts=tuple(taught.held_out)),),
    )


def _answered(  # noqa: PLR0913, PLR0917  # who is asked what, and under which mark
    stages: Stages,
    name: str,
    model: Gpt,
    asked: Ints,
    length: int,
    mark: Mark | None,
    seed: int,
    progress: Progress,
) -> Ints:
    named = _named(progress, name)
    made = stages.arrays(name, lambda: {"rows": answers(model, asked, length, mark=mark, seed=seed, progress=named)})
    return made["rows"]


def _plain(case: Case, student: _Student, found: Examination, leaf: int) -> dict[str, Any]:
    detection = found.found[found.judged]
    return {
        "student": case.name,
        "variant": case.variant._asdict(),
        "marked_percent": student.percent,
        "loss": student.loss,
        "contexts": detection.n,
        "score": detection.score,
        "log10_p": detection.log10_p,
        "decoys": asdict(found.decoys),
        "controls": [one._asdict() for one in (*found.controls, *found.corpora)],
        "plan_leaf": leaf,
        "verdict": asdict(found.verdict),
    }


def _named(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)
