"""Work that others do: the processes of this machine, or the executors of Spark.

spread = OrHere(ProcessSpread(8))
list(spread(str.upper, ["a", "b"], "say it loud"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from stillwatch.core.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Spread(Protocol):
    """Has work done elsewhere. What is done, the tasks and the answers can be pickled."""

    def __call__(self, work: Callable[[Any], Any], tasks: Sequence[Any], what: str) -> Iterator[Any]:
        """The answers, in the order of the tasks; a `StillwatchError` of a task is raised here."""


class OrHere:
    """Spreads work for as long as that goes; what is left undone is done in this process, and `warnings` say so.

    For work that this process could do alone: a worker that is lost makes a run slower, and loses nothing.
    """

    def __init__(self, spread: Spread) -> None:
        self._spread = spread
        self.warnings: list[str] = []

    def __call__(self, work: Callable[[Any], Any], tasks: Sequence[Any], what: str) -> Iterator[Any]:
        done = 0
        try:
            for answer in self._spread(work, tasks, what):
                yield answer
                done += 1
        except StillwatchError as error:
            self.warnings.append(f"one process alone had to {what}: {error}")
            yield from map(work, tasks[done:])
