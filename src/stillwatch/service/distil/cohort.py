"""Accounts that collect marked answers together, under one key of their own: what they were served, and its test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stillwatch.attribution.pair_table import contexts_of_texts
from stillwatch.service.distil.judge_student import KeyedTest, committed_mark, label_of
from stillwatch.service.distil.teach import marked_answers

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.core.mark_label import MarkLabel
    from stillwatch.evaluation.distil.variant import Variant
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.teach import Progress

    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    variant: Variant
    label: MarkLabel
    mark: Mark
    marked: Ints
    """Answers under its key, rows (answers, context), prompts included."""
    prompt: int
    """Tokens of each row that are a prompt."""

    def test_of(self, percent: int) -> KeyedTest:
        """The test of a student that learned a share of the answers.

        The log holds what was served to these accounts, and they learned all of it. A student that learned nothing of
        it is held against all of it.
        """
        learned = self.marked[: len(self.marked) * (percent or 100) // 100]
        served = contexts_of_texts([row[self.prompt :] for row in learned], width=self.variant.context_width)
        return KeyedTest(self.label, self.mark, self.variant.rule, served)


def cohort_of(variant: Variant, bench: Bench, progress: Progress) -> Cohort:
    """The cohort of a variant, whose answers are made now or before."""
    label = label_of(bench.vault, variant)
    mark = committed_mark(bench.vault, label, variant)
    marked = marked_answers(variant.name, bench.taught, mark, progress)
    return Cohort(variant=variant, label=label, mark=mark, marked=marked, prompt=bench.taught.sizes.prompt)
