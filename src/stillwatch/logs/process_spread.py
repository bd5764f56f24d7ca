"""Work done by processes of this machine, each task in one of them.

    spread = ProcessSpread(8)
    list(spread(str.upper, ["a", "b"], "say it loud"))

The processes are new ones that import what the work needs, as a process that holds an engine cannot be copied.
"""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class ProcessSpread:
    """Spreads work over so many processes, as `spread.Spread`; they live as long as one call."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def __call__(self, work: Callable[[Any], Any], tasks: Sequence[Any], what: str) -> Iterator[Any]:
        """The answers, in the order of the tasks. No process outlives the call.

        Raises:
            StillwatchError: A task raised it.
            InternalError: A process died.
        """
        if not tasks:
            return
        workers = min(self._workers, len(tasks))
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_when_interrupted) as pool:
            try:
                for running in [pool.submit(work, task) for task in tasks]:
                    yield running.result()
            except BrokenProcessPool as error:
                mend = "the machine may be out of memory: name fewer --workers"
                raise InternalError(f"a process that was to {what} died", mend=mend) from error
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _end_when_interrupted() -> None:
    """Ctrl-C reaches every process of a terminal: here it ends the task at once, and without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
