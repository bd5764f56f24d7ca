"""What a worker does that reaches the logs and the store: read blocks, and make parts of them.

The same blocks may be given to two workers at once, or again after a worker was lost: files stand in the folder of the
run until they are whole, and are then renamed to what they are called by either.
"""

from __future__ import annotations

import pickle
import platform
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.core.errors import SettingsError
from stillwatch.logs.make_part import Task, make_part
from stillwatch.logs.survey import blocks_at
from stillwatch.logs.told_as import told_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.logs.reading import Reading
    from stillwatch.logs.spread_plan import Run
    from stillwatch.logs.store import Part, StoreSettings


class Made(NamedTuple):
    name: str
    pending: Part | None
    """A part that is written but not closed; the halves that came with it lie in the folder of the run."""


class SpreadWork(NamedTuple):
    """Where to, and how: the same for every block of a run of ingest."""

    root: Path
    settings: StoreSettings
    reading: Reading
    folder: Path
    """Of the run, in the store. Once it is gone, nothing that was begun can become part of the store any more."""

    def make_parts(self, task: tuple[Run, ...]) -> list[Made]:
        """Read some runs.

        Raises:
            InputError: A log holds something else by now.
            SettingsError: The store cannot be seen from here.
        """
        self._see_store()
        return [made for run in task if run.log.path is not None for made in self._make_run(run.log.path, run)]

    def make_parts_of(self, path: Path, task: tuple[Run, ...]) -> list[Made]:
        """As `make_parts`, of one log whose bytes lie at `path` here."""
        self._see_store()
        return [made for run in task for made in self._make_run(path, run)]

    def _see_store(self) -> None:
        if not self.folder.exists():
            raise SettingsError(
                f"{platform.node()} does not see the store",
                where=str(self.root),
                mend="put --store on a path that the driver and every executor reach",
            )

    def _make_run(self, path: Path, run: Run) -> Iterator[Made]:
        log_name = run.log.log_name
        # What is closed by now was made by a worker that did not live to say so.
        left = [new for new in run.blocks if new.number < 0 or not self._is_closed(new.name)]
        with told_as(path, log_name):
            for new, block in zip(left, blocks_at(path, [new.site for new in left], log_name), strict=True):
                task = Task(block, run.formats, new.name, new.number, new.commit, log_name)
                done = make_part(self.root, self.settings, self.reading, task, self.folder)
                if done.pending is not None:
                    self._keep_halves(new.name, done.parts)
                yield Made(new.name, done.pending)

    def halves(self, name: str) -> Any:
        """The halves that came with a part, as a worker of this run left them."""
        return pickle.loads(self._halves_file(name).read_bytes())  # noqa: S301  # our workers wrote it

    def _is_closed(self, name: str) -> bool:
        return (self.root / "parts" / f"{name}.json").exists()

    def _keep_halves(self, name: str, halves: tuple[Any, ...]) -> None:
        written = self.folder / f"{name}.{secrets.token_hex(8)}.tmp"
        written.write_bytes(pickle.dumps(halves))
        written.replace(self._halves_file(name))

    def _halves_file(self, name: str) -> Path:
        return self.folder / f"{name}.halves"
