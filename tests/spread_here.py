"""Work spread over nothing but this process, as unkindly as Spark may: in any order, and each task twice."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def spread_here(work: Callable[[Any], Any], tasks: Sequence[Any], what: str) -> Iterator[Any]:
    """See `stillwatch.logs.spread.Spread`."""
    del what
    packed = [pickle.dumps((work, task)) for task in tasks]
    answers = {}
    for number in (*reversed(range(len(tasks))), *range(len(tasks))):
        done, task = pickle.loads(packed[number])  # noqa: S301  # packed above
        answers[number] = pickle.dumps(done(task))
    for number in range(len(tasks)):
        yield pickle.loads(answers[number])  # noqa: S301  # packed above
