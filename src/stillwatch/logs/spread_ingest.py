"""Bring logs into a store with workers on many machines, all of whom reach the logs and the store.

    ingest_spread(store, paths, Reading(), progress, SparkSpread(session))

The store becomes what `ingest` makes of the same logs, to the byte. First every file is looked over where it lies; then
the parts are numbered here, in the order of the logs; then the blocks that are new become parts, wherever there is
room. Each run of it has a folder of its own in the store, through which all goes that is written: what a worker of a
dead run may still do ends with that folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from stillwatch.logs.intake import keep
from stillwatch.logs.join_parts import write_joined
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.log_file import LogFile
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.shelf import formats
from stillwatch.logs.spread_parts import SpreadWork
from stillwatch.logs.spread_plan import SpreadPlan
from stillwatch.logs.spread_workers import Asked, PathWorkers
from stillwatch.logs.store import WORK_PREFIX
from stillwatch.logs.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.logs.ingest import Progress, Sealing
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.spread import Spread
    from stillwatch.logs.spread_parts import Made
    from stillwatch.logs.spread_plan import Run
    from stillwatch.logs.spread_workers import Workers
    from stillwatch.logs.store import Store, StoredInput

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
    entries = read_spread(store, [LogFile.at(path) for path in paths], reading, progress, PathWorkers(spread), sealing)
    keep(store, entries)
    return entries


def read_spread(  # noqa: PLR0913, PLR0917  # as `ingest_spread`
    store: Store,
    logs: Sequence[LogFile],
    reading: Reading,
    progress: Progress,
    workers: Workers,
    sealing: Sealing | None = None,
) -> tuple[StoredInput, ...]:
    """As `ingest_spread`, of any logs; until the caller makes known what was read (`intake.keep`), nothing names it."""
    _end_dead_runs(store)
    surveys = _survey(store, logs, reading, progress, workers, sealing)
    numbers = PartNumbers(store)
    plan = SpreadPlan(store, reading, numbers, sealing)
    entries = [plan.entry(log, survey) for log, survey in zip(logs, surveys, strict=True)]
    with TemporaryDirectory(dir=store.root, prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        work = SpreadWork(store.root.resolve(), store.settings, reading, Path(folder).resolve())
        joiner, pending = Joiner(formats(), work.folder), []
        for made in _read(work, plan.runs, progress, workers):
            if made.pending is not None:
                joiner.add(work.halves(made.name))
                pending.append(made.pending)
        if pending:
            progress("joining", 0, 0)
            entries[-1] = write_joined(store, joiner, pending, entries[-1], numbers.take())
        joiner.close()
    return tuple(entries)


def _end_dead_runs(store: Store) -> None:
    """From here on nothing that a dead run began can come to an end. Whoever writes by the old name finds no folder."""
    for folder in store.root.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder.replace(folder.with_name(f"{WORK_PREFIX}ended-{folder.name}")), ignore_errors=True)


def _survey(  # noqa: PLR0913, PLR0917  # one step of `read_spread`
    store: Store,
    logs: Sequence[LogFile],
    reading: Reading,
    progress: Progress,
    workers: Workers,
    sealing: Sealing | None,
) -> list[Survey]:
    """What a look over each log says; one that says by its stamp that it is as it was is not looked at."""
    known = {entry.path: entry for entry in store.inputs()}
    digests = [_known(store, known.get(log.name), sealing) for log in logs]
    found: list[Survey | None] = [
        Survey(digest, (), None) if digest and _is_as_it_was(log, known[log.name]) else None
        for log, digest in zip(logs, digests, strict=True)
    ]
    left = [number for number, survey in enumerate(found) if survey is None]
    total, done = sum(logs[number].size_bytes for number in left), 0
    progress("looking over the logs", 0, total)
    asked = [Asked(logs[number], digests[number]) for number in left]
    for number, survey in zip(left, workers.survey(reading, asked), strict=True):
        found[number] = survey
        done += logs[number].size_bytes
        progress("looking over the logs", done, total)
    return [survey for survey in found if survey is not None]


def _known(store: Store, entry: StoredInput | None, sealing: Sealing | None) -> str:
    """The digest by which a file need not be looked over; "" where it must."""
    if entry is None or (sealing is not None and sealing.wants(entry.sha256)):
        return ""
    return entry.sha256 if store.whole_input(entry.path, entry.sha256) is not None else ""


def _is_as_it_was(log: LogFile, entry: StoredInput) -> bool:
    return bool(log.stamp) and (log.stamp, log.size_bytes) == (entry.stamp, entry.size_bytes)


def _read(work: SpreadWork, runs: Sequence[Run], progress: Progress, workers: Workers) -> Iterator[Made]:
    total, done = sum(run.size_bytes for run in runs), 0
    progress("reading", 0, total)
    for read in workers.read(work, runs):
        done += read.size_bytes
        progress("reading", done, total)
        yield from read.made
