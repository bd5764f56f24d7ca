"""The main job: read logs into a store, find campaigns, give the result.

result = scan(ScanSettings(logs=("gateway.jsonl",), store=Path("out/store")), now=datetime.now(UTC), progress=quiet)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from stillwatch.core.campaign import Input, Run, ScanResult
from stillwatch.core.errors import InputError, StillwatchError
from stillwatch.core.version import VERSION
from stillwatch.detection.campaigns import Found, find_campaigns
from stillwatch.detection.findings import Findings, authorised_accounts, findings
from stillwatch.detection.scenery import build_scene
from stillwatch.detection.shelves import links, signals
from stillwatch.logs.accounts import Accounts, read_accounts
from stillwatch.logs.coverage import family_coverage
from stillwatch.logs.files import expand
from stillwatch.logs.ingest import Reading, ingest
from stillwatch.logs.ledger import load_ledger
from stillwatch.logs.mapping import load_mapping
from stillwatch.logs.sketching import redact
from stillwatch.logs.store import Store, StoredInput, hold, work_prefix
from stillwatch.logs.traps import log_warnings
from stillwatch.logs.unit import choose_unit
from stillwatch.logs.window import Window

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from stillwatch.core.authorised import Authorised
    from stillwatch.logs.rejects import Rejects
    from stillwatch.service.settings import ScanSettings

Progress = Callable[[str, int, int], None]


def scan(settings: ScanSettings, *, clock: Callable[[], datetime], progress: Progress) -> ScanResult:
    """Scan logs for campaigns.

    Raises:
        InputError: A log, the accounts file or the ledger cannot be used; or, when strict, a record was rejected.
        SettingsError: The store was made for something else, or is in use.
    """
    started_at = clock()
    accounts = read_accounts(settings.accounts) if settings.accounts else None
    ledger = load_ledger(settings.authorised) if settings.authorised else ()
    store, inputs = _read(settings, accounts, progress)
    rejects = store.rejects(inputs)
    if settings.is_strict and rejects.total:
        raise InputError(
            f"{rejects.total:,} records were rejected",
            where=_first_example(rejects),
            mend="mend the log, or leave out --strict",
        )
    with TemporaryDirectory(dir=store.root, prefix=work_prefix()) as spill:
        window = Window.open(
            store,
            spill=Path(spill),
            memory_bytes=settings.memory_bytes,
            threads=settings.workers or os.cpu_count() or 1,
            since=settings.since,
            until=settings.until,
        )
        with closing(window):
            return _result(settings, store, window, inputs, accounts, ledger, rejects, started_at, clock, progress)


def _read(
    settings: ScanSettings, accounts: Accounts | None, progress: Progress
) -> tuple[Store, tuple[StoredInput, ...]]:
    mapping = load_mapping(settings.mapping) if settings.mapping else None
    reading = Reading(format_name=settings.format_name, mapping=mapping, workers=settings.workers)
    paths = expand(settings.logs) if settings.logs else ()
    with hold(settings.store):
        if not paths:
            if not (settings.store / "settings.json").exists():
                raise InputError(
                    "there is no log to scan and no store yet", where=str(settings.store), mend="name a LOG"
                )
            store = Store.open(settings.store)
            return store, store.inputs()
        unit = settings.unit
        if unit is None and accounts is not None and not (settings.store / "settings.json").exists():
            unit = choose_unit(paths, accounts.table, reading)
        store = Store.open(settings.store, content=settings.content, unit=unit)
        ingest(store, paths, reading, progress)
        return store, store.inputs()


def _result(  # noqa: PLR0913, PLR0917  # the end of `scan`, which holds all of these open
    settings: ScanSettings,
    store: Store,
    window: Window,
    inputs: tuple[StoredInput, ...],
    accounts: Accounts | None,
    ledger: tuple[Authorised, ...],
    rejects: Rejects,
    started_at: datetime,
    clock: Callable[[], datetime],
    progress: Progress,
) -> ScanResult:
    table: pa.Table | None = accounts.table if accounts else None
    faults: list[str] = [f"{entry.path} was not read to its end" for entry in inputs if not entry.complete]
    made = Findings((), (), ())
    coverage = window.coverage()
    try:
        made = _detect(settings, window, table, ledger, progress)
    except StillwatchError:
        raise
    # A check that crashes makes a run incomplete, never clean, and never loses the rest.
    except Exception as error:  # noqa: BLE001
        faults.append(f"a check crashed, so this run cannot call the log clean: {type(error).__name__}: {error}")
    warnings = (
        *faults,
        *(accounts.warnings if accounts else ()),
        *log_warnings(window, coverage, table, store.settings.content),
    )
    run = Run(
        version=VERSION,
        started_at=started_at,
        finished_at=clock(),
        complete=not faults,
        inputs=tuple(_input_of(store, entry) for entry in inputs),
        exchanges=window.exchanges,
        accounts=window.accounts,
        fdr=settings.fdr,
        coverage=family_coverage(coverage, table),
        warnings=warnings,
    )
    shown = tuple(
        (reason, count, _example(rejects, reason))
        for reason, count in sorted(rejects.counts.items(), key=lambda one: -one[1])
    )
    return ScanResult(
        run=run, campaigns=made.campaigns, set_aside=made.set_aside, pictures=made.pictures, rejects=shown
    )


def _detect(
    settings: ScanSettings, window: Window, table: pa.Table | None, ledger: tuple[Authorised, ...], progress: Progress
) -> Findings:
    if window.accounts == 0:
        return Findings((), (), ())
    progress("linking accounts", 0, 0)
    scene = build_scene(window, window.registry(table), settings.seed)
    people = window.population
    listed = authorised_accounts(ledger, window.names(), int(people.first_at.min()), int(people.last_at.max()))
    found: Found = find_campaigns(
        window,
        scene,
        links=links(),
        signals=signals(),
        fdr=settings.fdr,
        authorised=listed,
        progress=progress,
    )
    return findings(window, scene, found, redact)


def _input_of(store: Store, entry: StoredInput) -> Input:
    parts = store.parts()
    mine = [parts[name] for name in entry.parts if name in parts]
    return Input(
        path=entry.path,
        sha256=entry.sha256,
        format="+".join(entry.formats),
        exchanges=sum(part.exchanges for part in mine),
        rejected=sum(sum(part.rejects["counts"].values()) for part in mine),
    )


def _example(rejects: Rejects, reason: str) -> str:
    examples = rejects.examples.get(reason, ())
    return f"{examples[0].path}:{examples[0].line}: {examples[0].excerpt}" if examples else ""


def _first_example(rejects: Rejects) -> str:
    return next((_example(rejects, reason) for reason in rejects.counts), "")
