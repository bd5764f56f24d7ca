"""How much text of a student is put to which test: the rules that stand for every experiment before one is run.

Text alone is tested by the variant's own rule. Where a size says so, and under marks of the Gumbel kind, the same text
and much more of it are tested by `mode_log` too: contexts that the log holds as served four times and that were written
four times. The log is that of the accounts in question: what they were served is what the student learned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stillwatch.evaluation.distil.distil_sizes import DistilSizes
    from stillwatch.service.distil.judge_student import KeyedTest


class Amount(NamedTuple):
    """What one plan says."""

    tokens: int
    """Of the student, that are scored."""
    tests: tuple[KeyedTest, ...]

    @property
    def name(self) -> str:
        return f"{self.tests[0].rule}-{self.tokens}"


def amounts_of(tests: tuple[KeyedTest, ...], sizes: DistilSizes) -> tuple[Amount, ...]:
    """The given tests, and those with the log where a size asks for them."""
    alone = Amount(sizes.tested_tokens, tests)
    if not sizes.logged_tokens or any(one.rule != "mode" for one in tests):
        return (alone,)
    logged = tuple(one._replace(rule="mode_log") for one in tests)
    return (alone, Amount(sizes.tested_tokens, logged), Amount(sizes.logged_tokens, logged))
