"""Scan in a process of its own and write down how long each stage took.

`python scan_driver.py [LOG] --work DIR --timings FILE`: without a log, what the store in DIR holds is scanned again;
with `--only-reads`, the log is added to the store and nothing is looked for; with `--anew`, what earlier scans worked
out is neither used nor kept; with `--spark-conf NAME=VALUE`, Spark answers the queries.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processes import processor_s
from stillwatch.faces.report.render_report import render_report
from stillwatch.logs.files import expand
from stillwatch.service.scan import scan
from stillwatch.service.settings import ON_DUCKDB, EngineChoice, ScanSettings
from stillwatch.service.take_in import take_in
from stillwatch.service.write_result import write_result, write_whole


class Stages:
    """Seconds in each stage. What lies between the end of reading and the next stage is the opening of the store."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._stage = "starting"
        self.seconds: dict[str, float] = {}
        self._last_of_reading = 0.0

    def progress(self, stage: str, done: int, total: int) -> None:
        """The scan's progress callback."""
        del done, total
        now = time.perf_counter()
        if stage != self._stage:
            if self._stage == "reading":
                self._end(self._last_of_reading, "opening the store")
            self._end(now, stage)
        if stage == "reading":
            self._last_of_reading = now

    def enter(self, stage: str) -> None:
        self._end(time.perf_counter(), stage)

    def _end(self, now: float, following: str) -> None:
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._began
        self._began, self._stage = now, following


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path, nargs="?")
    parser.add_argument("--accounts", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--timings", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--only-reads", action="store_true")
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--spark-conf", action="append", default=[])
    asked = parser.parse_args()
    settings = ScanSettings(
        logs=(str(asked.log),) if asked.log else (),
        store=asked.work / "store",
        accounts=asked.accounts,
        workers=asked.workers,
        keeps_summaries=not asked.anew,
        engine=_engine(asked.spark_conf),
    )
    stages = Stages()
    told = _read(settings, stages) if asked.only_reads else _scan(settings, stages, asked.work)
    told["stages_s"] = {name: round(spent, 3) for name, spent in stages.seconds.items()}
    # A Java machine that Spark started outlives this process, so whoever waits for this one does not see what it cost.
    ended = os.times()
    told["processor_s"] = round(processor_s([os.getpid()]) + ended.children_user + ended.children_system, 2)
    asked.timings.write_text(json.dumps(told), encoding="utf-8")


def _engine(spark_conf: list[str]) -> EngineChoice:
    if not spark_conf:
        return ON_DUCKDB
    return EngineChoice(name="spark", spark_conf=dict(one.split("=", 1) for one in spark_conf))


def _read(settings: ScanSettings, stages: Stages) -> dict[str, Any]:
    store, inputs = take_in(settings, None, stages.progress)
    stages.enter("done")
    asked = {str(path) for path in expand(settings.logs)}
    names = {name for entry in inputs if entry.path in asked for name in entry.parts}
    return {"exchanges": sum(part.exchanges for name, part in store.parts().items() if name in names)}


def _scan(settings: ScanSettings, stages: Stages, work: Path) -> dict[str, Any]:
    result = scan(settings, clock=lambda: datetime.now(UTC), progress=stages.progress)
    stages.enter("writing the result")
    write_result(result, work)
    write_whole(work / "report.html", render_report(result).encode("utf-8"))
    stages.enter("done")
    return {
        "exchanges": result.run.exchanges,
        "accounts": result.run.accounts,
        "campaigns": len(result.campaigns),
        "found": sorted(f"{one.id} {one.accounts}" for one in result.campaigns),
        "complete": result.run.complete,
    }


if __name__ == "__main__":
    main()
