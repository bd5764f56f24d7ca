"""How fast and in how much memory generated exchanges are composed: `python benchmarks/compose_speed.py [--scale 1.0]`.

Composes the library's scenario `speed` (prompts of some 400 bytes; a million exchanges at scale 1) in each format, in a
process of its own, and writes benchmarks/results/compose-EXCHANGES.json and .md: wall and processor seconds, exchanges
a second and core, and peak resident memory as the system counts it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.version import VERSION
from stillwatch.evaluation.compose import LOG_FORMATS, Layout, compose
from stillwatch.evaluation.library import find_scenario

if TYPE_CHECKING:
    from stillwatch.evaluation.compose import LogFormat

_RESULTS: Final = Path(__file__).parent / "results"
_FORMATS: Final[tuple[LogFormat, ...]] = ("litellm_parquet", "litellm")
_AT_SCALE_1: Final = 1_000_000
_MIB: Final = 1024 if sys.platform != "darwin" else 1024 * 1024
"""What `ru_maxrss` counts: kibibytes, on macOS bytes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--format", choices=LOG_FORMATS, action="append", dest="formats")
    parser.add_argument("--results", type=Path, default=_RESULTS)
    parser.add_argument("--work", type=Path, help="folder for the logs; a temporary one if not given")
    parser.add_argument("--one", action="store_true", help="measure in this process, and print JSON")
    asked = parser.parse_args()
    formats = tuple(asked.formats or _FORMATS)
    if asked.one:
        print(json.dumps(_measure(formats[0], asked.scale, asked.work)))
        return
    print(measure_composing(asked.scale, asked.results, formats=formats, work=asked.work))


def measure_composing(
    scale: float, results: Path, *, formats: tuple[LogFormat, ...] = _FORMATS, work: Path | None = None
) -> str:
    """Measure each format in a process of its own, so that its peak memory is its own; write and give the table."""
    found = [_in_own_process(form, scale, work) for form in formats]
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "composed": found,
    }
    results.mkdir(parents=True, exist_ok=True)
    name = f"compose-{round(scale * _AT_SCALE_1)}"
    (results / f"{name}.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    table = _table(measured)
    (results / f"{name}.md").write_text(table, encoding="utf-8")
    return table


def _in_own_process(form: LogFormat, scale: float, work: Path | None) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", "--format", form, "--scale", str(scale)]
    command += ["--work", str(work)] if work else []
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode(errors="replace"))
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _measure(form: LogFormat, scale: float, work: Path | None) -> dict[str, Any]:
    scenario = find_scenario("speed").scaled(scale)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        wall, processor = time.perf_counter(), time.process_time()
        made = compose(scenario, Path(folder), seed=scenario.seed, corpora=None, layout=Layout(format=form))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        size = sum(path.stat().st_size for path in made.logs)
    return {
        "format": form,
        "exchanges": made.exchanges,
        "accounts": made.accounts,
        "wall_s": round(wall, 2),
        "processor_s": round(processor, 2),
        "exchanges_per_core_s": round(made.exchanges / processor),
        "size_bytes": size,
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB),
    }


def _table(measured: dict[str, Any]) -> str:
    head = f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores"
    lines = [f"# Composing\n\n{head}, {measured['measured_at']}\n"]
    lines.append(
        "| format | exchanges | wall, s | processor, s | exchanges a second and core | MB | peak memory, MiB |"
    )
    lines.append("| --- |" + " ---: |" * 6)
    lines += [
        f"| {one['format']} | {one['exchanges']:,} | {one['wall_s']:.1f} | {one['processor_s']:.1f} "
        f"| {one['exchanges_per_core_s']:,} | {one['size_bytes'] / 1e6:,.0f} | {one['peak_memory_mib']:,} |"
        for one in measured["composed"]
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
