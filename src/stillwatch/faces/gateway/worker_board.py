r"""What the workers of one server tell each other: the metrics of each, in a file that it writes anew every second.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     board = WorkerBoard(Path(folder), 2)
...     board.post(0, "# TYPE m counter\nm 1\n")
...     board.metrics(1, "# TYPE m counter\nm 5\n").splitlines()[1:], board.missing()
(['m{worker="0"} 1', 'm{worker="1"} 5'], ('worker 1 does not answer',))

Whichever worker is asked answers for all, without waiting for any: a second old at most, its own as they are.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from stillwatch.faces.gateway.label_metrics import label_metrics
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

POST_EVERY_S: Final = 1.0
_SILENT_S: Final = 5.0
_OF_ALL: Final = "supervisor.prom"


class WorkerBoard:
    """A folder of the server's own.

    Args:
        folder: Empty where the server starts.
        count: Workers that there should be.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count

    def post(self, worker: int, text: str) -> None:
        """Tell the others a worker's metrics, and that it lives."""
        write_whole(self._file(worker), text.encode())

    def post_restarts(self, restarts: int) -> None:
        """Tell what the supervisor knows."""
        write_whole(self._folder / _OF_ALL, supervisor_metrics(self._count, restarts).encode())

    def forget(self, worker: int) -> None:
        """It has died: what it counted is gone with it."""
        self._file(worker).unlink(missing_ok=True)

    def is_up(self, worker: int) -> bool:
        """Whether it has begun to serve."""
        return self._file(worker).exists()

    def metrics(self, worker: int, own: str) -> str:
        """Those of all workers, asked of one of them."""
        texts = {one: own if one == worker else self._read(self._file(one)) for one in range(self._count)}
        return self._read(self._folder / _OF_ALL) + label_metrics(texts)

    def missing(self) -> tuple[str, ...]:
        """Workers that say nothing, in words; nothing where all do."""
        return tuple(f"worker {one} does not answer" for one in range(self._count) if self._is_silent(one))

    def _is_silent(self, worker: int) -> bool:
        try:
            return time.time() - self._file(worker).stat().st_mtime > _SILENT_S
        except FileNotFoundError:
            return True

    def _file(self, worker: int) -> Path:
        return self._folder / f"{worker}.prom"

    def _read(self, file: Path) -> str:
        try:
            return file.read_text()
        except FileNotFoundError:
            return ""


def supervisor_metrics(workers: int, restarts: int) -> str:
    lines = [
        "# HELP stillwatch_workers Worker processes that there should be.",
        "# TYPE stillwatch_workers gauge",
        f"stillwatch_workers {workers}",
        "# HELP stillwatch_worker_restarts_total Workers that died and were started again.",
        "# TYPE stillwatch_worker_restarts_total counter",
        f"stillwatch_worker_restarts_total {restarts}",
    ]
    return "\n".join(lines) + "\n"
