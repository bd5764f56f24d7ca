"""What one scan costs on DuckDB and on Spark: `python benchmarks/engines.py --sizes 0.01 1 4 16 --work DIR`.

For each size the library's scenario `scale` is composed as LiteLLM Parquet (a million exchanges of 62,500 accounts at
size 1), read into a store once, and scanned from that store by each engine anew, with nothing kept from earlier scans.
Spark runs on this machine, local[CORES], so both have the same cores. Each scan runs in a process of its own: wall and
processor seconds of all that it starts, the most memory that they take together, and what was found go to
benchmarks/results/engines.json and .md after every step. A step that stands there is not repeated: stopped, the same
command goes on. `--again` measures everything anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from memory_watch import MemoryWatch
from publish import publish
from say import say
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
_STEPS: Final = {"read": "read into the store", "duckdb": "scan on DuckDB", "spark": "scan on Spark"}
_PRICE: Final = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="+", default=[0.01, 1, 4, 16], help="in millions of exchanges")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="of both engines")
    parser.add_argument("--heap", default="3g", help="memory of Spark's Java machine; DuckDB has 3 GB too")
    parser.add_argument("--price", type=float, default=_PRICE, help="dollars for an hour of a core, memory included")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.add_argument("--work", type=Path, required=True, help="folder for logs and stores; needs 0.6 GB a million")
    parser.add_argument("--keep", action="store_true", help="leave the logs and stores when a size is done")
    parser.add_argument("--again", action="store_true", help="measure anew what was measured before")
    asked = parser.parse_args()
    told = _told_before(asked.results / "engines.json", asked)
    for size in asked.sizes:
        folder = asked.work / f"engines-{size:g}"
        steps = told["sizes"].setdefault(f"{size:g}", {})
        for step in (one for one in _STEPS if one not in steps):
            _make_ready(step, size, folder, asked)
            say(f"{size:g} million: {_STEPS[step]}")
            steps[step] = _measure(_command(step, folder, asked), folder)
            told["sizes"] = dict(sorted(told["sizes"].items(), key=lambda item: float(item[0])))
            publish(asked.results, "engines", told, _page(told))
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


def _told_before(file: Path, asked: argparse.Namespace) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() and not asked.again else {"sizes": {}}
    return told | {
        "version": VERSION,
        "cores": asked.cores,
        "heap": asked.heap,
        "dollars_core_hour": asked.price,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "command": "python benchmarks/engines.py --sizes SIZE ... --work DIR",
    }


def _make_ready(step: str, size: float, folder: Path, asked: argparse.Namespace) -> None:
    """Do again, unmeasured, what an earlier run measured and then removed."""
    if not (folder / "truth.parquet").exists() or not (folder / "accounts.csv").exists():
        say(f"{size:g} million: composing")
        shutil.rmtree(folder, ignore_errors=True)
        compose = ["range", "compose", "scale", "--quiet", "--scale", f"{size:g}", "--format", "litellm_parquet"]
        subprocess.run([sys.executable, "-m", "stillwatch", *compose, "--out", str(folder)], check=True)
    if step == "read":
        shutil.rmtree(folder / "out", ignore_errors=True)
    elif not (folder / "out" / "store").exists():
        subprocess.run(_command("read", folder, asked), check=True)


def _command(step: str, folder: Path, asked: argparse.Namespace) -> list[str]:
    driver = [sys.executable, str(_HERE / "scan_driver.py"), "--work", str(folder / "out")]
    driver += ["--timings", str(folder / "timings.json"), "--workers", str(asked.cores)]
    if step == "read":
        return [*driver, str(folder / "log"), "--only-reads"]
    driver += ["--accounts", str(folder / "accounts.csv"), "--anew"]
    return [*driver, *(_spark(folder, asked) if step == "spark" else [])]


def _spark(folder: Path, asked: argparse.Namespace) -> list[str]:
    settings = {
        "spark.master": f"local[{asked.cores}]",
        "spark.driver.memory": asked.heap,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(folder / "spark"),
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": str(4 * asked.cores),
        "spark.sql.warehouse.dir": str(folder / "spark"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    return [word for name, value in settings.items() for word in ("--spark-conf", f"{name}={value}")]


def _measure(command: list[str], folder: Path) -> dict[str, Any]:
    began = time.perf_counter()
    with subprocess.Popen(command) as child, MemoryWatch(child.pid) as memory:
        code = child.wait()
    wall_s = time.perf_counter() - began
    if code:
        sys.exit(f"{command[1]} failed with {code}")
    told: dict[str, Any] = json.loads((folder / "timings.json").read_text("utf-8"))
    store_bytes = sum(file.stat().st_size for file in (folder / "out" / "store").rglob("*.parquet"))
    return told | {
        "wall_s": round(wall_s, 2),
        "load": round(os.getloadavg()[0], 1),
        "peak_memory_mib": round(memory.peak_bytes / 2**20),
        "store_bytes": store_bytes,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
    }


def _page(told: dict[str, Any]) -> str:
    about = (
        f"stillwatch {told['version']}, Python {told['python']}, {told['cores']} cores, {told['heap']} of heap. "
        f"Made by `{told['command']}`. A scan starts from the store and keeps nothing; reading is the same for both. "
        "Processor seconds are those of all processes of a run, memory the most that they took together. A dollar "
        f"figure is the processor's time at ${told['dollars_core_hour']:g} an hour of a core, as if no core waited. "
        "Load is the machine's, one minute before the end: above the number of cores, wall time says little.\n"
    )
    columns = ("million exchanges", "step", "exchanges", "processor, s", "µs an exchange", "$ a million", "wall, s")
    columns += ("load", "memory, MiB", "campaigns")
    lines = ["# One scan on two engines\n", about, f"| {' | '.join(columns)} |", "| ---: | --- |" + " ---: |" * 8]
    for size, steps in told["sizes"].items():
        for step, found in steps.items():
            each = found["processor_s"] / max(1, found["exchanges"])
            dollars = each * 1e6 / 3600 * told["dollars_core_hour"]
            lines.append(
                f"| {size} | {_STEPS[step]} | {found['exchanges']:,} | {found['processor_s']:,.1f} | {each * 1e6:,.1f} "
                f"| {dollars:.4f} | {found['wall_s']:,.1f} | {found['load']:g} | {found['peak_memory_mib']:,} "
                f"| {_campaigns(step, steps)} |"
            )
    return "\n".join(lines) + "\n"


def _campaigns(step: str, steps: dict[str, Any]) -> str:
    """How many were found, and on Spark whether they are DuckDB's."""
    found = steps[step].get("found")
    if found is None:
        return ""
    if step == "duckdb" or "duckdb" not in steps:
        return str(len(found))
    return f"{len(found)}, {'the same' if found == steps['duckdb']['found'] else 'not the same'}"


if __name__ == "__main__":
    main()
