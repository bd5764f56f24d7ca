"""The test stand: one log under our own detector, with any part of its shelves.

with open_stand(files, root) as stand:
    stand.report(parts=ALL)            # a document of `stillwatch.campaigns/1`

The log is read into a store once; every report is a detection over it, so that a signal or link left out costs seconds.
"""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.detection.detect import Search, detect
from stillwatch.detection.findings import authorised_accounts
from stillwatch.detection.looks import told_level
from stillwatch.detection.scenery import build_scene
from stillwatch.detection.shelves import links, precursors, signals
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.as_of import known_at
from stillwatch.logs.corpora import fingerprints
from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.files import expand
from stillwatch.logs.ingest import ingest
from stillwatch.logs.ledger import load_ledger
from stillwatch.logs.reading import Reading
from stillwatch.logs.sketching import redact
from stillwatch.logs.store import STORE_VERSION, TABLES, Store, StoreSettings
from stillwatch.logs.unit import choose_unit
from stillwatch.logs.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.core.campaign import Campaign
    from stillwatch.core.early_warning import EarlyWarning
    from stillwatch.detection.link import Link
    from stillwatch.detection.scene import Scene
    from stillwatch.detection.signal import Signal

FDR: Final = 0.01
_SEED: Final = 7
_MEMORY_BYTES: Final = 2 << 30


class LogFiles(NamedTuple):
    """A composed log as a detector may see it: without the truth."""

    log: Path
    accounts: Path
    authorised: Path


class Parts(NamedTuple):
    """Names on the shelves that are in use."""

    links: frozenset[str]
    signals: frozenset[str]

    def only(self, name: str) -> Parts:
        """One item alone on its shelf; the other shelf stays whole."""
        if name in self.links:
            return self._replace(links=frozenset({name}))
        return self._replace(signals=frozenset({name}))

    def without(self, name: str) -> Parts:
        return Parts(self.links - {name}, self.signals - {name})


def all_parts() -> Parts:
    return Parts(frozenset(one.name for one in links()), frozenset(one.name for one in signals()))


@dataclass(frozen=True)
class Stand:
    """A store with its accounts and ledger, up to a moment."""

    store: Store
    files: LogFiles
    window: Window
    until: int | None = None

    @cached_property
    def _scene(self) -> Scene:
        accounts = known_at(read_accounts(self.files.accounts), self.until)
        scene = build_scene(self.window, self.window.registry(accounts), _SEED)
        return replace(scene, takings=self.window.takings(fingerprints(self.store)))

    def report(self, parts: Parts) -> dict[str, Any]:
        """What the detector reports with those parts, as a document."""
        if self.window.accounts == 0:
            return document([])
        people = self.window.population
        ledger = load_ledger(self.files.authorised)
        start, end = int(people.first_at.min()), int(people.last_at.max())
        search = Search(
            links=_chosen_links(parts.links),
            signals=_chosen_signals(parts.signals),
            precursors=precursors(),
            fdr=FDR,
            authorised=authorised_accounts(ledger, self.window.names(), start, end),
        )
        made = detect(self.window, self._scene, search, redact=redact, progress=lambda _stage, _done, _total: None)
        return document(made.findings.campaigns, made.early_warnings)

    def told(self, parts: Parts) -> dict[str, Any]:
        """The same, less the campaigns that a watch, which looks again and again, would not yet tell of."""
        found, level = self.report(parts), told_level(FDR, self.window.exchanges)
        return found | {"campaigns": [one for one in found["campaigns"] if one["q_value"] <= level]}


def _chosen_links(names: frozenset[str]) -> tuple[Link, ...]:
    return tuple(one for one in links() if one.name in names)


def _chosen_signals(names: frozenset[str]) -> tuple[Signal, ...]:
    return tuple(one for one in signals() if one.name in names)


def read_log(files: LogFiles, root: Path, *, salt: int = 1) -> Store:
    """Read the log into a store under `root`; what is there already is not read again.

    The salt is given: a store draws its own at random, and a figure must come out the same when it is made again.
    """
    paths = expand((str(files.log),))
    reading = Reading(workers=1)
    made = (root / "settings.json").exists()
    if not made:
        unit = choose_unit(paths, read_accounts(files.accounts).table, reading)
        settings = StoreSettings(version=STORE_VERSION, salt=salt, content="sketch", unit=unit)
        for name in (*TABLES, "parts", "inputs"):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "settings.json").write_text(json.dumps(asdict(settings)))
    store = Store.open(root)
    ingest(store, paths, reading, lambda _stage, _done, _total: None)
    return store


@contextmanager
def open_stand(store: Store, files: LogFiles, until: int | None = None) -> Iterator[Stand]:
    """Look at what the store holds before `until` (nanoseconds since 1970)."""
    with TemporaryDirectory(dir=store.root) as spill:
        engine = DuckDbEngine(spill=Path(spill), memory_bytes=_MEMORY_BYTES, threads=1)
        window = Window.open(store, engine, spill=Path(spill), memory_bytes=_MEMORY_BYTES, until=until)
        with closing(window):
            yield Stand(store, files, window, until)


def document(campaigns: Sequence[Campaign], warnings: Sequence[EarlyWarning] = ()) -> dict[str, Any]:
    """As much of `stillwatch.campaigns/1` as scoring reads."""
    return {
        "schema": "stillwatch.campaigns/1",
        "run": {"fdr": FDR},
        "early_warnings": [{"kind": one.kind, "accounts": list(one.accounts)} for one in warnings],
        "campaigns": [
            {
                "id": one.id,
                "verdict": str(one.verdict),
                "q_value": one.q_value,
                "members": [
                    {
                        "account_id": member.account_id,
                        "standing": str(member.standing),
                        "confidence": member.confidence,
                    }
                    for member in one.members
                ],
            }
            for one in campaigns
        ],
    }
