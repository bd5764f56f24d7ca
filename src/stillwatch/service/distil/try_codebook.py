"""Students of answers in which coins chose between two tokens, after some contexts of two tokens.

Choices are taken from the teacher's unmarked answers, as many and as common as leave the share of changed tokens below
its bound. A student of none of the rewritten answers is the clean control.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.attribution.codebook import leanings
from stillwatch.attribution.pair_table import table_of_texts
from stillwatch.attribution.plan import Access
from stillwatch.attribution.sign_test import sign_test
from stillwatch.attribution.subject import Subject
from stillwatch.attribution.token_choices import choices_of, counts_of, rewritten
from stillwatch.core.errors import InputError
from stillwatch.evaluation.distil.answers import answers
from stillwatch.evaluation.distil.lessons import mixture
from stillwatch.service.distil.secret_coins import (
    PAGELESS,
    Asked,
    committed_coins,
    decoy_share,
    key_name,
    note_coin_plan,
)
from stillwatch.service.distil.students import learn
from stillwatch.service.distil.teach import of_stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from stillwatch.attribution.sign_test import Coins
    from stillwatch.attribution.token_choices import TokenChoices
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.students import Student
    from stillwatch.service.distil.teach import Progress, Taught

    Ints = npt.NDArray[np.int64]

OWNER = "token_choices"
_WIDTH = 2
_CHOICES = 60
_TOUCHED_SHARE = 0.02
_PERCENTS = (0, 50, 100)
_TOKENS = (12_500, 25_000, 50_000)
"""Of a suspect; the last is what is claimed, the others show how evidence grows."""
_OBTAINED = "weights that we ran: one random token as prompt, temperature 1"


def try_codebook(bench: Bench, progress: Progress) -> dict[str, Any]:
    """Rewrite the teacher's answers by secret coins, have students learn from some or all of them, and test each.

    Raises:
        InputError: The answers are too few to choose anything in.
    """
    taught, vault = bench.taught, bench.vault
    choices = token_choices(taught)
    coins = committed_coins(vault, OWNER, choices.names)
    served = served_answers(taught, choices, coins)
    baseline = counts_of(tuple(taught.plain[:, taught.sizes.prompt :]), choices)
    return {
        "choices": len(coins),
        "stood_share": float(baseline.sum() / (len(taught.plain) * _length(taught))),
        "changed_share": float((served != taught.plain).sum() / (len(taught.plain) * _length(taught))),
        "tests": [
            row
            for percent in _PERCENTS
            for row in _tested(codebook_student(percent, taught, served, progress), percent, bench, progress)
        ],
    }


def token_choices(taught: Taught) -> TokenChoices:
    """The choices that the teacher's unmarked answers leave, within the share of tokens that may change.

    Raises:
        InputError: There is none.
    """
    table = table_of_texts(tuple(taught.plain[:, taught.sizes.prompt :]), width=_WIDTH)
    choices = choices_of(table, _CHOICES, touched_share=_TOUCHED_SHARE)
    if not len(choices.firsts):
        raise InputError(f"{len(taught.plain):,} answers leave no choice for coins", mend="give sizes of more answers")
    return choices


def served_answers(taught: Taught, choices: TokenChoices, coins: Coins) -> Ints:
    """The teacher's plain answers, rewritten as coins (n,) say; rows (answers, context), prompts as they were."""
    begun = taught.sizes.prompt - _WIDTH
    told = [rewritten(row, choices, coins) for row in taught.plain[:, begun:]]
    return np.hstack([taught.plain[:, :begun], np.stack(told)])


def codebook_student(percent: int, taught: Taught, served: Ints, progress: Progress) -> Student:
    """One that learned so many of the rewritten answers; of none, the clean student of every experiment."""
    name = f"codebook-{percent:03d}" if percent else "000"
    return learn(name, lambda: mixture(served, taught.plain, percent=percent), taught, progress)


def _probes(taught: Taught) -> Ints:
    """Single tokens drawn evenly, as many as bring the text that is tested."""
    rows = -(-_TOKENS[-1] // (taught.sizes.context - 1))
    return np.random.default_rng(taught.seed + 2).integers(taught.shape.symbols, size=(rows, 1))


def _said(student: Student, probes: Ints, taught: Taught, progress: Progress) -> Ints:
    named = of_stage(progress, f"codebook {student.name} asked")
    seed, context = taught.seed + 4, taught.sizes.context

    def answer() -> dict[str, Ints]:
        return {"rows": answers(student.model, probes, context, mark=None, seed=seed, progress=named)}

    return taught.stages.arrays(f"asked-codebook-{student.name}", answer)["rows"]


def _length(taught: Taught) -> int:
    return taught.sizes.context - taught.sizes.prompt


def _tested(student: Student, percent: int, bench: Bench, progress: Progress) -> Iterator[dict[str, Any]]:
    """A row for each amount of text; the plan is noted before the student is asked."""
    taught, vault, name = bench.taught, bench.vault, f"codebook-{percent:03d}"
    choices = token_choices(taught)
    coins = committed_coins(vault, OWNER, choices.names)
    baseline = counts_of(tuple(taught.plain[:, taught.sizes.prompt :]), choices)
    probes = _probes(taught)
    digest = hashlib.sha256(probes.tobytes()).hexdigest()
    asked = Asked(Access.QUERIED, _OBTAINED, digest, taught.tokenizer_sha256, _TOKENS[-1])
    leaf = note_coin_plan(vault, name, OWNER, "codebook", asked)
    text = Subject(name=name, texts=tuple(_said(student, probes, taught, progress)[:, 1:]))
    for tokens in _TOKENS:
        lean = leanings(counts_of(text.first(tokens).texts, choices), baseline)
        found = sign_test(lean, coins)
        yield PAGELESS | {
            "student": name,
            "key": key_name(vault, OWNER),
            "rule": "codebook",
            "tokens": tokens,
            "marked_percent": percent,
            "contexts": found.trials,
            "matches": found.matches,
            "log10_p": found.log10_p,
            "loss": student.loss,
            "decoys_below_05": decoy_share(lean, vault, OWNER, choices.names),
            "plan_leaf": leaf,
        }
