"""Look for campaigns in a store: at all of its accounts together, or in parts where they are too many.

looked = look(settings, store, Beside(accounts=table, ledger=()), progress)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from stillwatch.core.errors import StillwatchError
from stillwatch.detection.confidence import NONE_JUDGED
from stillwatch.detection.detect import Detected, Search, detect
from stillwatch.detection.findings import authorised_accounts
from stillwatch.detection.scenery import build_scene
from stillwatch.detection.shelves import links, precursors, signals
from stillwatch.detection.spread_group_tests import Workers
from stillwatch.logs.account_parts import Parts, account_parts, registered, span_accounts
from stillwatch.logs.corpora import fingerprints, take_over
from stillwatch.logs.sketching import redact
from stillwatch.logs.store import work_prefix
from stillwatch.logs.traps import log_warnings
from stillwatch.logs.window import Window
from stillwatch.service.judged_campaigns import judged_campaigns
from stillwatch.service.looked import NOTHING, Looked, together
from stillwatch.service.open_engine import open_engine
from stillwatch.service.open_spread import open_spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from stillwatch.core.authorised import Authorised
    from stillwatch.logs.engine import Engine
    from stillwatch.logs.store import Store
    from stillwatch.logs.window_rows import Ints
    from stillwatch.service.settings import ScanSettings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known beside the log."""

    accounts: pa.Table | None
    """The accounts file, as it was known at the end of the span."""
    ledger: tuple[Authorised, ...]


def look(settings: ScanSettings, store: Store, beside: Beside, progress: Progress) -> Looked:
    """Find the campaigns of a store; a check that crashes is a fault of what was looked at and never loses the rest."""
    parts = parts_of(settings, store, beside.accounts, progress)
    if parts is None:
        return _look(settings, store, None, beside, progress)
    found = []
    for number, part in enumerate(parts.keys):
        progress("looking at parts of the accounts", number, len(parts.keys))
        found.append(_look(settings, store, part, beside, progress))
    return together(found, parts.joined)


def parts_of(settings: ScanSettings, store: Store, table: pa.Table | None, progress: Progress) -> Parts | None:
    """The parts that the accounts are looked at in; None = together. `table` is the accounts file as it was known."""
    # No more exchanges are no more accounts either.
    most = settings.driver_accounts
    if sum(part.exchanges for part in store.parts().values()) <= most:
        return None
    with _engine(settings, store, progress) as (engine, _):
        accounts = span_accounts(engine, store, settings.since, settings.until)
        if len(accounts) <= most:
            return None
        progress("dividing the accounts", 0, 0)
        return account_parts(engine, registered(table, accounts, store.settings.salt), accounts, most)


@contextmanager
def _engine(settings: ScanSettings, store: Store, progress: Progress) -> Iterator[tuple[Engine, Path]]:
    """An engine, and the folder that it spills to."""
    with TemporaryDirectory(dir=store.root, prefix=work_prefix()) as folder:
        spill, threads = Path(folder), settings.workers
        memory = settings.memory_bytes
        made = open_engine(settings.engine, spill=spill, memory_bytes=memory, threads=threads, progress=progress)
        with closing(made):
            yield made, spill


def _look(settings: ScanSettings, store: Store, part: Ints | None, beside: Beside, progress: Progress) -> Looked:
    with _engine(settings, store, progress) as (engine, spill):
        window = Window.open(
            store,
            engine,
            spill=spill,
            memory_bytes=settings.memory_bytes,
            since=settings.since,
            until=settings.until,
            part=part,
            keeps_summaries=settings.keeps_summaries,
        )
        faults: tuple[str, ...] = ()
        if not window.exchanges:
            faults = ("no exchange was read, so nothing was looked at and this run cannot call the log clean",)
        coverage = window.coverage()
        made = NOTHING
        spread = open_spread(settings.engine, settings.workers)
        count = None if settings.engine.name == "spark" else settings.workers or os.cpu_count()
        workers = Workers(spread=spread, folder=spill.resolve(), count=count) if spread is not None else None
        try:
            made = _detect(settings, store, window, beside, progress, workers)
        except StillwatchError:
            raise
        # A check that crashes makes a run incomplete, never clean, and never loses the rest.
        except Exception as error:  # noqa: BLE001
            crash = f"{type(error).__name__}: {error}"
            faults += (f"a check crashed, so this run cannot call the log clean: {crash}",)
        warnings = log_warnings(window, coverage, beside.accounts, store.settings.content)
        return Looked(
            made=made,
            exchanges=window.exchanges,
            accounts=window.accounts,
            coverage=coverage,
            faults=faults,
            warnings=(*warnings, *(spread.warnings if spread is not None else ())),
        )


def _detect(  # noqa: PLR0913, PLR0917  # one step of `_look`
    settings: ScanSettings, store: Store, window: Window, beside: Beside, progress: Progress, workers: Workers | None
) -> Detected:
    if window.accounts == 0:
        return NOTHING
    if settings.corpora is not None:
        take_over(store, settings.corpora)
    progress("linking accounts", 0, 0)
    scene = build_scene(window, window.registry(beside.accounts), settings.seed)
    scene = replace(scene, takings=window.takings(fingerprints(store)))
    first, last = int(window.population.first_at.min()), int(window.population.last_at.max())
    search = Search(
        links=links(),
        signals=signals(),
        precursors=precursors(),
        fdr=settings.fdr,
        authorised=authorised_accounts(beside.ledger, window.names(), first, last),
        judged=judged_campaigns(settings.calibration) if settings.calibration is not None else NONE_JUDGED,
    )
    return detect(window, scene, search, redact=redact, progress=progress, workers=workers)
