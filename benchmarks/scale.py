"""What a log of 1, 4, 16 and 64 million exchanges costs: `python benchmarks/scale.py --sizes 1 4 16 --work DIR`.

For each size the library's scenario `scale` is composed as LiteLLM Parquet (a million exchanges of 62,500 accounts at
size 1, a million accounts at size 16), scanned cold, scanned again from the store alone, and a day of a million further
exchanges is added to the store. Each step runs in a process of its own; wall and processor seconds and the most memory
of that process with its descendants go to benchmarks/results/scale.json, .md and .svg after every step, and a step that
stands there already is not repeated: stopped, the same command goes on. `--again` measures everything anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from memory_watch import MemoryWatch
from scale_plot import draw_scale
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
STEPS: Final = {
    "compose": "compose the log",
    "cold": "cold scan",
    "again": "scan from the store",
    "day": "add a day of a million exchanges",
}
_DAY_SEED: Final = 77
_DAY_SCALE: Final = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="+", default=[1, 4, 16], help="in millions of exchanges")
    parser.add_argument("--workers", type=int, default=0, help="0 = one for each core")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.add_argument("--work", type=Path, required=True, help="folder for logs and stores; needs 0.6 GB a million")
    parser.add_argument("--keep", action="store_true", help="leave the logs and stores when a size is done")
    parser.add_argument("--again", action="store_true", help="measure anew what was measured before")
    asked = parser.parse_args()
    asked.results.mkdir(parents=True, exist_ok=True)
    measured = _Measured(asked.results, is_new=asked.again)
    for size in asked.sizes:
        folder = asked.work / f"scale-{size:g}"
        for step in STEPS:
            if not measured.has(size, step):
                _make_ready(step, size, folder, asked.workers)
                measured.put(size, step, _measure(step, size, folder, asked.workers))
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print((asked.results / "scale.md").read_text(encoding="utf-8"))


class _Measured:
    """The figures so far, written out after each step."""

    def __init__(self, results: Path, *, is_new: bool) -> None:
        self._results = results
        file = results / "scale.json"
        self._told: dict[str, Any] = {} if is_new or not file.exists() else json.loads(file.read_text("utf-8"))
        self._told |= {
            "version": VERSION,
            "cores": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "command": "python benchmarks/scale.py --sizes SIZE ... --work DIR",
        }
        self._told.setdefault("sizes", {})

    def has(self, size: float, step: str) -> bool:
        return step in self._told["sizes"].get(f"{size:g}", {})

    def put(self, size: float, step: str, found: dict[str, Any]) -> None:
        sizes = self._told["sizes"]
        sizes.setdefault(f"{size:g}", {})[step] = found
        self._told["sizes"] = dict(sorted(sizes.items(), key=lambda item: float(item[0])))
        table = _table(self._told)
        (self._results / "scale.json").write_text(json.dumps(self._told, indent=2) + "\n", encoding="utf-8")
        (self._results / "scale.md").write_text(table, encoding="utf-8")
        (self._results / "scale.svg").write_text(draw_scale(self._told["sizes"], STEPS), encoding="utf-8")


def _make_ready(step: str, size: float, folder: Path, workers: int) -> None:
    """Do again, unmeasured, what an earlier run measured and then removed; compose the day to add."""
    if step == "compose":
        shutil.rmtree(folder, ignore_errors=True)
    elif not (folder / "log").exists():
        _run(_command("compose", size, folder, workers))
    if step in {"again", "day"} and not (folder / "out" / "store").exists():
        _run(_command("cold", size, folder, workers))
    if step == "day":
        _run(_compose(_DAY_SCALE, folder / "day", "--seed", str(_DAY_SEED)))


def _measure(step: str, size: float, folder: Path, workers: int) -> dict[str, Any]:
    print(f"{datetime.now(UTC):%H:%M:%S} {size:g} million: {STEPS[step]}", file=sys.stderr, flush=True)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(_command(step, size, folder, workers)) as child, MemoryWatch(child.pid) as memory:
        code = child.wait()
    wall_s, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        sys.exit(f"{STEPS[step]} failed with {code}")
    timings = folder / "timings.json"
    told: dict[str, Any] = json.loads(timings.read_text("utf-8")) if step != "compose" else {}
    told.pop("found", None)
    return told | {
        "wall_s": round(wall_s, 2),
        "processor_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "peak_memory_mib": round(memory.peak_bytes / 2**20),
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
    }


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def _command(step: str, size: float, folder: Path, workers: int) -> list[str]:
    if step == "compose":
        return _compose(size, folder)
    driver = [sys.executable, str(_HERE / "scan_driver.py"), "--work", str(folder / "out"), "--workers", str(workers)]
    driver += ["--timings", str(folder / "timings.json")]
    if step == "day":
        return [*driver, str(folder / "day" / "log"), "--only-reads"]
    log = [str(folder / "log")] if step == "cold" else []
    return [*driver, *log, "--accounts", str(folder / "accounts.csv")]


def _compose(scale: float, folder: Path, *more: str) -> list[str]:
    command = [sys.executable, "-m", "stillwatch", "range", "compose", "scale", "--quiet"]
    return [*command, "--scale", f"{scale:g}", "--format", "litellm_parquet", "--out", str(folder), *more]


def _table(told: dict[str, Any]) -> str:
    sizes: dict[str, Any] = told["sizes"]
    about = (
        f"stillwatch {told['version']}, Python {told['python']}, {told['cores']} cores. Made by `{told['command']}`. "
        "A size is a million exchanges of 62,500 accounts; adding a day is reading a million further exchanges into "
        "the store. Memory is the most that all processes together took.\n"
    )
    lines = ["# Cost as a log grows\n", about, "![seconds by size](scale.svg)\n"]
    lines += [
        "| million exchanges | step | exchanges | wall, s | processor, s | µs of processor an exchange | memory, MiB |",
        "| ---: | --- |" + " ---: |" * 5,
    ]
    for size, steps in sizes.items():
        for step in (name for name in STEPS if name in steps):
            found = steps[step]
            count = found.get("exchanges") or steps.get("cold", {}).get("exchanges")
            each = f"{found['processor_s'] / count * 1e6:.1f}" if count else ""
            lines.append(
                f"| {size} | {STEPS[step]} | {f'{count:,}' if count else ''} | {found['wall_s']:,.1f} "
                f"| {found['processor_s']:,.1f} | {each} | {found['peak_memory_mib']:,} |"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
