"""Try one student: note its plans, have it trained and asked, test it, and keep what anybody needs to test it again.

    OUT/suspects/NAME.jsonl                   what it wrote, as token ids: `stillwatch attribute test` reads it
    OUT/suspects/NAME-RULE-TOKENS.plan.json   what was noted before it wrote anything
    OUT/suspects/NAME-RULE-TOKENS.json        the result

Controls and public text lie there in the same form.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.attribution.examine import Material
from stillwatch.attribution.plan import PlannedControl, canonical
from stillwatch.attribution.subject import Subject
from stillwatch.service.attribution.outputs import Output, OutputFile
from stillwatch.service.distil.judge_student import Case, judge_student, note_plan, plan_of
from stillwatch.service.distil.students import ask, learn, probes_sha256
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from stillwatch.attribution.plan import Plan
    from stillwatch.service.attribution.run_plan import Ran
    from stillwatch.service.distil.amounts import Amount
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.students import Student
    from stillwatch.service.distil.teach import Progress

    Ints = npt.NDArray[np.int64]

FOLDER = "suspects"
CLEAN = "000"


class Written(NamedTuple):
    texts: tuple[Ints, ...]
    """What a student wrote, in tokens of the teacher."""
    loss: float
    """Nats a token on text that nobody learned; not a number where its tokens are others."""


class Clean(NamedTuple):
    """A control: text that cannot have met a key."""

    name: str
    why: str
    texts: tuple[Ints, ...]


class Trial(NamedTuple):
    name: str
    told: Mapping[str, Any]
    """What is special about the student, as results tell it."""
    amounts: tuple[Amount, ...]
    """What it is put to: one plan each."""
    write: Callable[[], Written]
    """Trains and asks the student."""
    clean: tuple[Clean, ...] = ()
    """Controls beside the teacher's own plain answers."""
    probes_sha256: str = ""
    """Of what it is asked, where that is not what all others are."""


def plain_student(bench: Bench, progress: Progress) -> Student:
    """The student of no marked answer, which all experiments share."""
    return learn(CLEAN, lambda: bench.taught.plain, bench.taught, progress)


def clean_student(bench: Bench, progress: Progress) -> Clean:
    """The same, as the control that every other student has."""
    rows = ask(plain_student(bench, progress), bench.taught, progress)
    return Clean("clean-student", "of the same shape, learned unmarked answers alone", tuple(rows[:, 1:]))


def written_by(name: str, lessons: Ints, bench: Bench, progress: Progress) -> Callable[[], Written]:
    """What a student of these rows writes, once it is asked for."""

    def write() -> Written:
        student = learn(name, lambda: lessons, bench.taught, progress)
        return Written(tuple(ask(student, bench.taught, progress)[:, 1:]), student.loss)

    return write


def try_student(trial: Trial, bench: Bench) -> list[dict[str, Any]]:
    """One row for each test, as results hold them."""
    clean = (_teacher(bench), *trial.clean)
    cases = [_case(trial, amount, clean, bench) for amount in trial.amounts]
    plans = [plan_of(case, bench.vault) for case in cases]
    leaves = [note_plan(plan, bench.vault) for plan in plans]
    written = trial.write()
    folder = bench.settings.out / FOLDER
    folder.mkdir(exist_ok=True)
    material = _material(trial.name, written, clean, bench)
    for one in (material.suspect, *material.controls, *material.corpora):
        _keep(folder / f"{one.name}.jsonl", one.texts)
    rows = []
    for amount, case, plan, leaf in zip(trial.amounts, cases, plans, leaves, strict=True):
        ran = judge_student(plan, case, material, bench.vault)
        _keep_result(folder / f"{trial.name}-{amount.name}", plan, ran)
        told = {"student": trial.name, **trial.told, "loss": written.loss, "tokens": case.tokens, "plan_leaf": leaf}
        rows += [told | _row(ran, number) for number in range(len(plan.tests))]
    return rows


def _teacher(bench: Bench) -> Clean:
    prompt = bench.taught.sizes.prompt
    texts = tuple(bench.taught.plain[: bench.taught.sizes.suspect_rows, prompt:])
    return Clean("teacher-plain", "its own answers before any were marked", texts)


def _case(trial: Trial, amount: Amount, clean: tuple[Clean, ...], bench: Bench) -> Case:
    return Case(
        name=trial.name,
        tests=amount.tests,
        tokens=amount.tokens,
        controls=tuple(PlannedControl(one.name, one.why) for one in clean),
        probes_sha256=trial.probes_sha256 or probes_sha256(bench.taught),
        tokenizer_sha256=bench.taught.tokenizer_sha256,
        decoys=bench.taught.sizes.decoys,
    )


def _material(name: str, written: Written, clean: tuple[Clean, ...], bench: Bench) -> Material:
    return Material(
        Subject(name=name, texts=written.texts),
        tuple(Subject(name=one.name, texts=one.texts) for one in clean),
        (Subject(name="text", texts=tuple(bench.taught.held_out)),),
    )


def _keep(path: Path, texts: tuple[Ints, ...]) -> None:
    path.unlink(missing_ok=True)
    with OutputFile(path) as out:
        for number, text in enumerate(texts):
            out.add(Output(number, "", "", len(text), tuple(text.tolist())))


def _keep_result(path: Path, plan: Plan, ran: Ran) -> None:
    write_whole(path.with_name(f"{path.name}.plan.json"), canonical(plan))
    write_whole(path.with_name(f"{path.name}.json"), json.dumps(ran.result, indent=2).encode() + b"\n")


def _row(ran: Ran, number: int) -> dict[str, Any]:
    found, result = ran.examination, ran.result
    detection = found.found[number]
    return {
        "key": result["tests"][number]["key"],
        "rule": result["tests"][number]["rule"],
        "contexts": detection.n,
        "log10_p": detection.log10_p,
        "controls": {one.name: one.log10_ps[number] for one in found.controls},
        "corpora": {one.name: min(one.log10_ps) for one in found.corpora},
        "decoy_cells": result["decoys"]["cells"] if number == found.judged else None,
        "curve": result["curve"] if number == found.judged else None,
        "verdict": found.verdict.kind.value if number == found.judged else None,
    }
