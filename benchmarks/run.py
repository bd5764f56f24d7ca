"""Measure stillwatch and write benchmarks/results: `make bench`, or `python benchmarks/run.py --exchanges 50000`.

Generates a log of prompts of some 400 bytes (evaluation/scenarios/speed.toml) as LiteLLM JSON Lines and as Parquet,
measures composing, and sketching on one core, then scans each log in a process of its own: wall time, peak memory of
all processes together, and the time of each stage.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from compose_speed import measure_composing
from memory_watch import MemoryWatch
from publish import publish
from say import say
from sketching_speed import sketching_speed
from stillwatch.core.version import VERSION
from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.scenario import load_scenario

if TYPE_CHECKING:
    from stillwatch.evaluation.compose import Composed, LogFormat

_HERE: Final = Path(__file__).parent
_FULL: Final = 1_000_000
_FORMATS: Final[dict[str, LogFormat]] = {"jsonl": "litellm", "parquet": "litellm_parquet"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exchanges", type=int, default=_FULL)
    parser.add_argument("--workers", type=int, default=0, help="0 = one for each core")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.add_argument("--work", type=Path, help="folder for logs and stores; a temporary one if not given")
    asked = parser.parse_args()
    with TemporaryDirectory(dir=asked.work, prefix="stillwatch-bench-") as folder:
        say(f"measuring how {asked.exchanges:,} exchanges are composed")
        print(measure_composing(asked.exchanges / _FULL, asked.results, work=Path(folder)))
        measured = _measure(Path(folder), asked.exchanges, asked.workers)
    publish(asked.results, f"scan-{asked.exchanges}", measured, _table(measured))


def _measure(folder: Path, exchanges: int, workers: int) -> dict[str, Any]:
    measured: dict[str, Any] = {"version": VERSION, "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z"}
    measured |= {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "scans": {},
    }
    for name, form in _FORMATS.items():
        say(f"composing {exchanges:,} exchanges as {name}")
        made = _compose(folder / name, form, exchanges)
        if name == "parquet":
            say("sketching")
            measured["sketching"] = sketching_speed(made.logs[0])
        say(f"scanning {name}")
        measured["scans"][name] = _scan(folder / name, made, workers)
    return measured


def _compose(folder: Path, form: LogFormat, exchanges: int) -> Composed:
    scenario = load_scenario(Path(str(files("stillwatch.evaluation") / "scenarios" / "speed.toml")))
    layout = Layout(format=form, files=4)
    return compose(scenario.scaled(exchanges / _FULL), folder, seed=scenario.seed, corpora=None, layout=layout)


def _scan(folder: Path, made: Composed, workers: int) -> dict[str, Any]:
    timings = folder / "timings.json"
    command = [
        sys.executable,
        str(_HERE / "scan_driver.py"),
        str(folder / "log"),
        "--accounts",
        str(made.accounts_path),
    ]
    command += ["--work", str(folder / "out"), "--timings", str(timings), "--workers", str(workers)]
    began = time.perf_counter()
    with subprocess.Popen(command) as child, MemoryWatch(child.pid) as memory:
        code = child.wait()
    wall_s = time.perf_counter() - began
    if code:
        sys.exit(f"the scan failed with {code}")
    told: dict[str, Any] = json.loads(timings.read_text("utf-8"))
    told["stages_s"] = {"loading the program": round(wall_s - sum(told["stages_s"].values()), 3)} | told["stages_s"]
    return told | {
        "wall_s": round(wall_s, 2),
        "peak_memory_mib": round(memory.peak_bytes / 2**20),
        "log_bytes": sum(path.stat().st_size for path in made.logs),
        "store_bytes": sum(file.stat().st_size for file in (folder / "out" / "store").rglob("*") if file.is_file()),
    }


def _table(measured: dict[str, Any]) -> str:
    sketching, scans = measured["sketching"], measured["scans"]
    head = f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores"
    alone = ", ".join(f"{name} {speed:,.0f}" for name, speed in sketching["sketch_mb_s"].items())
    lines = [f"# Benchmark\n\n{head}, {measured['measured_at']}\n", "## Sketching, one core\n"]
    lines.append(
        f"{sketching['sketching_mb_s']:,.0f} MB of prompt text a second, all sketches and tables together "
        f"({sketching['exchanges']:,} prompts of {sketching['prompt_bytes_mean']:.0f} bytes). "
        f"Each sketch alone, MB/s: {alone}.\n"
    )
    lines += ["## Scan\n", f"| | {' | '.join(scans)} |", "| --- |" + " ---: |" * len(scans)]
    for label, value in (
        ("exchanges", lambda one: f"{one['exchanges']:,}"),
        ("log, MB", lambda one: f"{one['log_bytes'] / 1e6:,.0f}"),
        ("store, MB", lambda one: f"{one['store_bytes'] / 1e6:,.0f}"),
        ("wall time, s", lambda one: f"{one['wall_s']:.1f}"),
        ("exchanges a second", lambda one: f"{one['exchanges'] / one['wall_s']:,.0f}"),
        ("peak memory, MiB", lambda one: f"{one['peak_memory_mib']:,}"),
    ):
        lines.append(f"| {label} | {' | '.join(value(one) for one in scans.values())} |")
    stages = dict.fromkeys(name for one in scans.values() for name in one["stages_s"])
    for stage in stages:
        spent = [(one["stages_s"].get(stage, 0.0), one["wall_s"]) for one in scans.values()]
        lines.append(f"| {stage} | {' | '.join(f'{part:.1f} s, {part / whole:.0%}' for part, whole in spent)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
