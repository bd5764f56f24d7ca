"""Bring logs into a store with workers on many machines, all of whom reach the logs and the store.

    ingest_spread(store, paths, Reading(), progress, SparkSpread(session))

The store becomes what `ingest` makes of the same logs, to the byte. First every file is looked over where it lies; then
the parts are numbered here, in the order of the logs; then the blocks that are new become parts, wherever there is
room. Each run of it has a folder of its own in the store, through which all goes that is written: what a worker of a
dead run may still do ends with that folder.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from stillwatch.logs.intake import keep
from stillwatch.logs.join_parts import write_joined
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.shelf import formats
from stillwatch.logs.spread_parts import SpreadWork
from stillwatch.logs.spread_plan import SpreadPlan, together
from stillwatch.logs.store import WORK_PREFIX
from stillwatch.logs.survey import Survey, survey_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.logs.ingest import Progress, Sealing
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.spread import Spread
    from stillwatch.logs.spread_parts import Made
    from stillwatch.logs.spread_plan import Run
    from stillwatch.logs.store import Store, StoredInput

_SURVEY_BYTES: Final = 64 << 20
_PREFIX: Final = f"{WORK_PREFIX}spread-"
"""Names no process: whoever holds the store next may remove it (`Store.sweep`)."""


def ingest_spread(  # noqa: PLR0913, PLR0917  # as `ingest`, and who does it
    store: Store,
    paths: Sequence[Path],
    reading: Reading,
    progress: Progress,
    spread: Spread,
    sealing: Sealing | None = None,
) -> tuple[StoredInput, ...]:
    """Bring every file into the store; give what the store now knows of each, by its absolute path.

    Raises:
        InputError: A file cannot be read, or its format is not clear.
        SettingsError: A worker does not reach the logs or the store.
    """
    paths = [path.absolute() for path in paths]
    _end_dead_runs(store)
    surveys = _survey(store, paths, reading, progress, spread, sealing)
    numbers = PartNumbers(store)
    plan = SpreadPlan(store, reading, numbers, sealing)
    entries = [plan.entry(path, surveys[path]) for path in paths]
    with TemporaryDirectory(dir=store.root, prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        work = SpreadWork(store.root.resolve(), store.settings, reading, Path(folder).resolve())
        joiner, pending = Joiner(formats(), work.folder), []
        for made in _read(work, plan.runs, progress, spread):
            if made.pending is not None:
                joiner.add(work.halves(made.name))
                pending.append(made.pending)
        if pending:
            progress("joining", 0, 0)
            entries[-1] = write_joined(store, joiner, pending, entries[-1], numbers.take())
        joiner.close()
    keep(store, entries)
    return tuple(entries)


def _end_dead_runs(store: Store) -> None:
    """From here on nothing that a dead run began can come to an end. Whoever writes by the old name finds no folder."""
    for folder in store.root.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder.replace(folder.with_name(f"{WORK_PREFIX}ended-{folder.name}")), ignore_errors=True)


def _survey(  # noqa: PLR0913, PLR0917  # one step of `ingest_spread`
    store: Store,
    paths: Sequence[Path],
    reading: Reading,
    progress: Progress,
    spread: Spread,
    sealing: Sealing | None,
) -> dict[Path, Survey]:
    known = {entry.path: entry for entry in store.inputs()}
    sizes = {path: path.stat().st_size for path in paths}
    total, done, found = sum(sizes.values()), 0, {}
    progress("looking over the logs", 0, total)
    tasks = [tuple((path, _known(store, known.get(str(path)), sealing)) for path in some) for some in _gathered(sizes)]
    for task, surveys in zip(tasks, spread(partial(_surveyed, reading), tasks, "look over the logs"), strict=True):
        for (path, _), survey in zip(task, surveys, strict=True):
            found[path] = survey
            done += sizes[path]
        progress("looking over the logs", done, total)
    return found


def _known(store: Store, entry: StoredInput | None, sealing: Sealing | None) -> str:
    """The digest by which a file need not be looked over; "" where it must."""
    if entry is None or (sealing is not None and sealing.wants(entry.sha256)):
        return ""
    return entry.sha256 if store.whole_input(entry.path, entry.sha256) is not None else ""


def _gathered(sizes: dict[Path, int]) -> Iterator[list[Path]]:
    """Files in their order, small ones together."""
    some: list[Path] = []
    for path in sizes:
        some.append(path)
        if sum(sizes[one] for one in some) >= _SURVEY_BYTES:
            yield some
            some = []
    if some:
        yield some


def _surveyed(reading: Reading, task: tuple[tuple[Path, str], ...]) -> list[Survey]:
    return [survey_file(path, reading, known) for path, known in task]


def _read(work: SpreadWork, runs: Sequence[Run], progress: Progress, spread: Spread) -> Iterator[Made]:
    total, done = sum(run.size_bytes for run in runs), 0
    progress("reading", 0, total)
    tasks = list(together(runs))
    for task, made in zip(tasks, spread(work.make_parts, tasks, "read"), strict=True):
        done += sum(run.size_bytes for run in task)
        progress("reading", done, total)
        yield from made
