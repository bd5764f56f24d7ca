"""The main job: read logs into a store, find campaigns, give the result.

result = scan(ScanSettings(logs=("gateway.jsonl",), store=Path("out/store")), now=datetime.now(UTC), progress=quiet)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Input, Run, ScanResult
from stillwatch.core.errors import InputError, StillwatchError
from stillwatch.core.version import VERSION
from stillwatch.detection.confidence import NONE_JUDGED
from stillwatch.detection.detect import Detected, Search, detect
from stillwatch.detection.findings import Findings, authorised_accounts
from stillwatch.detection.scenery import build_scene
from stillwatch.detection.shelves import links, precursors, signals
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.as_of import known_at
from stillwatch.logs.corpora import fingerprints, take_over
from stillwatch.logs.coverage import family_coverage
from stillwatch.logs.ledger import load_ledger
from stillwatch.logs.sketching import redact
from stillwatch.logs.store import work_prefix
from stillwatch.logs.traps import log_warnings
from stillwatch.logs.window import Window
from stillwatch.service.judged_campaigns import judged_campaigns
from stillwatch.service.open_engine import open_engine
from stillwatch.service.take_in import take_in

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from stillwatch.core.authorised import Authorised
    from stillwatch.logs.accounts import Accounts
    from stillwatch.logs.ingest import Sealing
    from stillwatch.logs.rejects import Rejects
    from stillwatch.logs.store import Store, StoredInput
    from stillwatch.service.settings import ScanSettings

Progress = Callable[[str, int, int], None]
_NOTHING: Final = Detected(Findings((), (), ()))


def scan(
    settings: ScanSettings, *, clock: Callable[[], datetime], progress: Progress, sealing: Sealing | None = None
) -> ScanResult:
    """Scan logs for campaigns; `sealing` commits to each record on the way.

    Raises:
        InputError: A log, the accounts file or the ledger cannot be used; or, when strict, a record was rejected.
        SettingsError: The store was made for something else, or is in use.
    """
    started_at = clock()
    accounts = read_accounts(settings.accounts) if settings.accounts else None
    ledger = load_ledger(settings.authorised) if settings.authorised else ()
    store, inputs = take_in(settings, accounts, progress, sealing)
    rejects = store.rejects(inputs)
    if settings.is_strict and rejects.total:
        raise InputError(
            f"{rejects.total:,} records were rejected",
            where=_first_example(rejects),
            mend="mend the log, or leave out --strict",
        )
    with TemporaryDirectory(dir=store.root, prefix=work_prefix()) as spill:
        memory = settings.memory_bytes
        window = Window.open(
            store,
            open_engine(settings.engine, spill=Path(spill), memory_bytes=memory, threads=settings.workers),
            spill=Path(spill),
            memory_bytes=memory,
            since=settings.since,
            until=settings.until,
            keeps_summaries=settings.keeps_summaries,
        )
        with closing(window):
            return _result(settings, store, window, inputs, accounts, ledger, rejects, started_at, clock, progress)


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
    table: pa.Table | None = known_at(accounts, settings.until)
    faults: list[str] = [f"{entry.path} was not read to its end" for entry in inputs if not entry.complete]
    if not window.exchanges:
        faults.append("no exchange was read, so nothing was looked at and this run cannot call the log clean")
    made = _NOTHING
    coverage = window.coverage()
    try:
        made = _detect(settings, store, window, table, ledger, progress)
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
        run=run,
        campaigns=made.findings.campaigns,
        set_aside=made.findings.set_aside,
        pictures=made.findings.pictures,
        rejects=shown,
        early_warnings=made.early_warnings,
        bases=made.bases,
    )


def _detect(  # noqa: PLR0913, PLR0917  # as `_result`
    settings: ScanSettings,
    store: Store,
    window: Window,
    table: pa.Table | None,
    ledger: tuple[Authorised, ...],
    progress: Progress,
) -> Detected:
    if window.accounts == 0:
        return _NOTHING
    if settings.corpora is not None:
        take_over(store, settings.corpora)
    progress("linking accounts", 0, 0)
    scene = build_scene(window, window.registry(table), settings.seed)
    scene = replace(scene, takings=window.takings(fingerprints(store)))
    people = window.population
    search = Search(
        links=links(),
        signals=signals(),
        precursors=precursors(),
        fdr=settings.fdr,
        authorised=authorised_accounts(ledger, window.names(), int(people.first_at.min()), int(people.last_at.max())),
        judged=judged_campaigns(settings.calibration) if settings.calibration is not None else NONE_JUDGED,
    )
    return detect(window, scene, search, redact=redact, progress=progress)


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
