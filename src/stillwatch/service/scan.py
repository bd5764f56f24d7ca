"""The main job: read logs into a store, find campaigns, give the result.

result = scan(ScanSettings(logs=("gateway.jsonl",), store=Path("out/store")), now=datetime.now(UTC), progress=quiet)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stillwatch.core.campaign import Input, Run, ScanResult
from stillwatch.core.errors import InputError
from stillwatch.core.version import VERSION
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.as_of import known_at
from stillwatch.logs.coverage import family_coverage
from stillwatch.logs.ledger import load_ledger
from stillwatch.service.look import Beside, look
from stillwatch.service.take_in import take_in

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from stillwatch.logs.ingest import Sealing
    from stillwatch.logs.rejects import Rejects
    from stillwatch.logs.store import Store, StoredInput
    from stillwatch.service.settings import ScanSettings

Progress = Callable[[str, int, int], None]


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
    table: pa.Table | None = known_at(accounts, settings.until)
    looked = look(settings, store, Beside(accounts=table, ledger=ledger), progress)
    faults = (*(f"{entry.path} was not read to its end" for entry in inputs if not entry.complete), *looked.faults)
    run = Run(
        version=VERSION,
        started_at=started_at,
        finished_at=clock(),
        complete=not faults,
        inputs=tuple(_input_of(store, entry) for entry in inputs),
        exchanges=looked.exchanges,
        accounts=looked.accounts,
        fdr=settings.fdr,
        coverage=family_coverage(looked.coverage, table),
        warnings=(*faults, *(accounts.warnings if accounts else ()), *looked.warnings),
    )
    findings = looked.made.findings
    return ScanResult(
        run=run,
        campaigns=findings.campaigns,
        set_aside=findings.set_aside,
        pictures=findings.pictures,
        rejects=tuple(
            (reason, count, _example(rejects, reason))
            for reason, count in sorted(rejects.counts.items(), key=lambda one: -one[1])
        ),
        early_warnings=looked.made.early_warnings,
        bases=looked.made.bases,
    )


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
