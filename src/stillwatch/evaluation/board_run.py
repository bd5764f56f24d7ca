"""Run the board: compose each log, let every detector report on it, score, and keep the figures beside the page.

A log's figures are one JSON file, rewritten after each detector, so a run that was stopped goes on where it was.
Several logs are on the bench at once, each in a process of its own; entries of the plan that name one log never run
together.
"""

from __future__ import annotations

import os
import re
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import pyarrow as pa

from stillwatch.evaluation.adapter import run_detector
from stillwatch.evaluation.baseline import baselines, read_sight, run_baseline
from stillwatch.evaluation.board_plan import PEERS, WHOLE, BoardLog, code_digest
from stillwatch.evaluation.compose import Composed, Layout, compose
from stillwatch.evaluation.exposure import exposures
from stillwatch.evaluation.keys import name_key
from stillwatch.evaluation.leaks import find_leaks
from stillwatch.evaluation.library import find_scenario, needs_corpora
from stillwatch.evaluation.score import read_reported, read_truth, score
from stillwatch.evaluation.stand import LogFiles, Stand, all_parts, open_stand, read_log
from stillwatch.evaluation.warnings import leads, read_precursors, score_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.logs.store import Store

_EXPOSURE_STEP_H: Final = 1.0
_WARNING_STEP_H: Final = 24.0
_PEER_TIMEOUT_S: Final = 900.0
_FOLDERS: Final = re.compile(r"(?:/[\w.+-]+)+/")  # of the machine it ran on: they say nothing on a board


class Ground(NamedTuple):
    """Where a board is run."""

    out: Path
    """Figures, one file a log."""
    work: Path
    """Logs and stores, removed after use."""
    corpora: Path | None


def run_board(
    plan: Sequence[BoardLog], ground: Ground, progress: Callable[[str, int, int], None], *, workers: int = 1
) -> None:
    """Bring every figure of the plan up to date; what needs corpora is left out where there are none."""
    ground.out.mkdir(parents=True, exist_ok=True)
    code = code_digest()
    has_corpora = {one.scenario: ground.corpora or not needs_corpora(find_scenario(one.scenario)) for one in plan}
    waiting = [one for one in plan if has_corpora[one.scenario]]
    total = len(waiting)
    progress("logs", 0, total)
    if workers == 1:
        for done, one in enumerate(waiting, 1):
            run_log(one, ground, code)
            progress("logs", done, total)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_keep_to_one_core) as pool:
        running: dict[Future[dict[str, Any]], str] = {}
        while waiting or running:
            for one in _free(waiting, set(running.values()), workers - len(running)):
                waiting.remove(one)
                running[pool.submit(run_log, one, ground, code)] = one.file_name
            for done_one in wait(running, return_when=FIRST_COMPLETED).done:
                done_one.result()
                del running[done_one]
            progress("logs", total - len(waiting) - len(running), total)


def _free(waiting: Sequence[BoardLog], busy: set[str], places: int) -> list[BoardLog]:
    """The next entries whose log nobody is at, in the order of the plan."""
    chosen: dict[str, BoardLog] = {}
    for one in waiting:
        if len(chosen) == places:
            break
        if one.file_name not in busy:
            chosen.setdefault(one.file_name, one)
    return list(chosen.values())


def _keep_to_one_core() -> None:
    """Beside as many processes as there are cores, threads only get in one another's way."""
    pa.set_cpu_count(1)


def run_log(log: BoardLog, ground: Ground, code: str) -> dict[str, Any]:
    """The figures of one log, of which those that are there already are kept."""
    path = ground.out / log.file_name
    figures = _kept(path, log, code)
    wanted = [name for name in log.detectors() if name not in figures["detectors"]]
    more = [name for name in ("exposure", "warnings", "leaks") if name in log.measures and name not in figures]
    if not wanted and not more:
        return figures
    ground.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=ground.work) as folder, ExitStack() as stack:
        bench = _Bench(log, Path(folder), ground.corpora, stack)
        figures |= {"exchanges": bench.made.exchanges, "accounts": bench.made.accounts}
        for name in wanted:
            figures["detectors"][name] = _attempt(lambda name=name: bench.scored(name))  # type: ignore[misc]  # bound at once
            _write(path, figures)
        if "exposure" in more:
            figures["exposure"] = _attempt(lambda: {"campaigns": [one._asdict() for one in bench.exposure()]})
        if "warnings" in more:
            figures["warnings"] = _attempt(lambda: {"leads": [one._asdict() for one in bench.leads()]})
        if "leaks" in more:
            figures["leaks"] = _attempt(
                lambda: {"suites": [asdict(one) for one in find_leaks(bench.exchange_log.parent.parent)]}
            )
        _write(path, figures)
    return figures


def _kept(path: Path, log: BoardLog, code: str) -> dict[str, Any]:
    fresh = {"scenario": log.scenario, "seed": log.seed, "scale": log.scale, "code": code, "detectors": {}}
    if not path.is_file():
        return fresh
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found if (found["code"], found["scale"]) == (code, log.scale) else fresh


def _attempt(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A measure that fails is a figure too: an empty cell would read as good news."""
    began = time.process_time()
    try:
        found = measure()
    except Exception as error:  # noqa: BLE001 # the board goes on, and shows it
        return {"error": f"{type(error).__name__}: {_FOLDERS.sub('', str(error))}"}
    return found | {"cpu_s": round(time.process_time() - began, 1)}


def _write(path: Path, figures: dict[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    temporary.replace(path)


@dataclass
class _Bench:
    """One log on the bench, each form of it made when it is first needed."""

    log: BoardLog
    folder: Path
    corpora: Path | None
    stack: ExitStack = field(repr=False)

    @cached_property
    def made(self) -> Composed:
        return self._composed("log", Layout())

    @cached_property
    def exchange_log(self) -> Path:
        return self._composed("rows", Layout(format="exchange")).logs[0]

    def _composed(self, name: str, layout: Layout) -> Composed:
        scenario = find_scenario(self.log.scenario).scaled(self.log.scale)
        return compose(scenario, self.folder / name, seed=self.log.seed, corpora=self.corpora, layout=layout)

    @cached_property
    def truth(self) -> Any:
        return read_truth(self.made.truth_path)

    @cached_property
    def files(self) -> LogFiles:
        return LogFiles(self.made.logs[0].parent, self.made.accounts_path, self.made.authorised_path)

    @cached_property
    def store(self) -> Store:
        return read_log(self.files, self.folder / "store", salt=name_key("salt", self.log.seed) >> 1)

    @cached_property
    def stand(self) -> Stand:
        return self.stack.enter_context(open_stand(self.store, self.files))

    def report(self, detector: str) -> dict[str, Any]:
        how, _, name = detector.partition(":")
        if how == "baseline":
            (chosen,) = (one for one in baselines() if one.name == name)
            return run_baseline(chosen, read_sight(self.exchange_log, self.made.accounts_path))
        if how == "peer":
            seen = self.files._replace(log=self.exchange_log.parent)
            command = f"{sys.executable} -m stillwatch.evaluation.peers.{name} {PEERS[name]}"
            return read_reported(run_detector(command, seen, self.folder / name, timeout_s=_PEER_TIMEOUT_S))
        parts = all_parts()
        return self.stand.report({WHOLE: parts, "only": parts.only(name), "without": parts.without(name)}[how])

    def scored(self, detector: str) -> dict[str, Any]:
        document = self.report(detector)
        found = asdict(score(self.truth, document))
        if detector != WHOLE:
            return found
        return found | {"warnings": asdict(score_warnings(read_precursors(self.made.truth_path), document))}

    def exposure(self) -> Any:
        def told(until: int) -> dict[str, Any]:
            with open_stand(self.store, self.files, until) as stand:
                return stand.told(all_parts())

        return exposures(self.made.truth_path, told, _EXPOSURE_STEP_H)

    def leads(self) -> Any:
        return leads(self.made.truth_path, self._until, _WARNING_STEP_H)

    def _until(self, until: int) -> dict[str, Any]:
        with open_stand(self.store, self.files, until) as stand:
            return stand.report(all_parts())
