"""Make a teacher out of a text, and have it answer: what all students of an experiment share.

text ─▸ teacher ─┬▸ plain answers, to prompts of the first half of the text
                 └▸ marked answers, to prompts of the other
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.evaluation.distil.answers import answers
from stillwatch.evaluation.distil.device import device_named
from stillwatch.evaluation.distil.gpt import Gpt, Shape, Training, load_weights, train, weights_of
from stillwatch.evaluation.distil.teaching_text import cut, invented, prompts
from stillwatch.service.distil.judge_student import TOKEN_IDS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.attribution.slot import LayeredMark
    from stillwatch.evaluation.distil.distil_sizes import DistilSizes
    from stillwatch.service.distil.distil_settings import DistilSettings
    from stillwatch.service.distil.stages import Stages

    Ints = npt.NDArray[np.int64]
    Progress = Callable[[str, int, int], None]

_DECAY = 0.1


class Taught(NamedTuple):
    stages: Stages
    sizes: DistilSizes
    seed: int
    shape: Shape
    learned: Ints
    """Rows of text (n, context) that the teacher learned; prompts come from them."""
    held_out: Ints
    """Rows that nobody learns."""
    tokenizer_sha256: str
    teacher: Gpt
    plain: Ints
    """Its answers before any were marked, rows (answers, context)."""
    device: str
    """Where models are trained and asked, as torch names it."""


def teach(settings: DistilSettings, stages: Stages, progress: Progress) -> Taught:
    """The teacher and its plain answers, made now or before.

    Raises:
        InputError: The text is too short.
        SettingsError: There is no such device.
    """
    sizes, seed = settings.sizes, settings.seed
    device = device_named(settings.device)
    rows = stages.arrays("text", lambda: {"rows": _text(settings)})["rows"]
    held_out, learned = np.split(rows, [sizes.held_out_rows])
    symbols = sizes.text_symbols if settings.text else sizes.symbols
    shape = Shape(symbols, sizes.width, sizes.layers, sizes.heads, sizes.context, sizes.is_shifted)
    training = Training(sizes.teacher_steps, sizes.batch, _DECAY, seed, device)
    named = of_stage(progress, "teacher")
    weights = stages.arrays("teacher", lambda: weights_of(train(shape, learned, training, named)))
    tokenizer = settings.out / "tokenizer.json"
    taught = Taught(
        stages=stages,
        sizes=sizes,
        seed=seed,
        shape=shape,
        learned=learned,
        held_out=held_out,
        tokenizer_sha256=hashlib.sha256(tokenizer.read_bytes()).hexdigest() if tokenizer.exists() else TOKEN_IDS,
        teacher=load_weights(shape, weights, device),
        plain=np.empty((0, sizes.context), np.int64),
        device=device,
    )
    asked = prompts(learned[: len(learned) // 2], count=sizes.answers, tokens=sizes.prompt, seed=seed)
    return taught._replace(plain=answered("plain", taught, asked, mark=None, seed=seed, progress=progress))


def marked_answers(name: str, taught: Taught, mark: Mark | LayeredMark, progress: Progress) -> Ints:
    """Answers under a mark, rows (answers, context): to prompts of text that no plain answer began with."""
    half, seed = taught.learned[len(taught.learned) // 2 :], taught.seed + 1
    asked = prompts(half, count=taught.sizes.answers, tokens=taught.sizes.prompt, seed=seed)
    return answered(f"{name}-answers", taught, asked, mark=mark, seed=seed, progress=progress)


def answered(  # noqa: PLR0913  # who is asked what, and under which mark
    name: str, taught: Taught, asked: Ints, *, mark: Mark | LayeredMark | None, seed: int, progress: Progress
) -> Ints:
    """What the teacher answers to prompts (n, tokens), rows (n, context), made now or before."""
    length, named = taught.sizes.context, of_stage(progress, name)

    def answer() -> dict[str, Ints]:
        return {"rows": answers(taught.teacher, asked, length, mark=mark, seed=seed, progress=named)}

    return taught.stages.arrays(name, answer)["rows"]


def of_stage(progress: Progress, stage: str) -> Callable[[int, int], None]:
    """The progress of one stage."""
    return lambda done, total: progress(stage, done, total)


def _text(settings: DistilSettings) -> Ints:
    sizes = settings.sizes
    if settings.text is None:
        return invented(symbols=sizes.symbols, rows=sizes.text_rows, context=sizes.context, seed=settings.seed)
    given, where = settings.text.read_text("utf-8"), str(settings.text)
    tokenizer = settings.out / "tokenizer.json"
    return cut(given, symbols=sizes.text_symbols, context=sizes.context, tokenizer=tokenizer, where=where)
