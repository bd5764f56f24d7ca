"""Every detector on the same log in one run: `python benchmarks/side_by_side.py [--scenario scale --scale 0.25]`.

Stillwatch, the peers of others (`pip install 'stillwatch[peers]'`) and the shipped baselines, each in a process of its
own from the log to its list of accounts: wall and processor seconds, peak memory of its processes together, and what it
accused beside the truth. Ratios are to stillwatch in the same run. Written to benchmarks/results/side-by-side-*.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from memory_watch import MemoryWatch
from publish import publish
from say import say
from stillwatch.core.version import VERSION
from stillwatch.evaluation.baseline import baselines
from stillwatch.evaluation.board_plan import PEERS
from stillwatch.evaluation.compose import Composed, Layout, compose
from stillwatch.evaluation.library import find_scenario
from stillwatch.evaluation.score import Truth, read_reported, read_truth, score

_HERE: Final = Path(__file__).parent
_OURS: Final = "stillwatch"
_TIMEOUT_S: Final = 3600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="scale")
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--seed", type=int, help="instead of the scenario's own")
    parser.add_argument("--corpora", type=Path, help="for scenarios of real prompts")
    parser.add_argument("--only", action="append", help="a detector; may be given again; all if not given")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.add_argument("--work", type=Path, help="folder for the log and the stores; a temporary one if not given")
    asked = parser.parse_args()
    scenario = find_scenario(asked.scenario)
    seed = scenario.seed if asked.seed is None else asked.seed
    with TemporaryDirectory(dir=asked.work, prefix="stillwatch-beside-") as folder:
        say(f"composing {asked.scenario} at scale {asked.scale}")
        made = compose(
            scenario.scaled(asked.scale),
            Path(folder),
            seed=seed,
            corpora=asked.corpora,
            layout=Layout(format="exchange"),
        )
        truth = read_truth(made.truth_path)
        commands = _commands()
        found = {
            name: _measured(name, commands[name], made, truth, Path(folder)) for name in asked.only or tuple(commands)
        }
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": f"python benchmarks/side_by_side.py --scenario {asked.scenario} --scale {asked.scale} --seed {seed}",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "scenario": asked.scenario,
        "exchanges": made.exchanges,
        "accounts": len(truth.kinds),
        "accounts_in_campaigns": len(truth.guilty),
        "detectors": found,
    }
    publish(asked.results, f"side-by-side-{asked.scenario}", measured, _table(measured))


def _commands() -> dict[str, str]:
    """Name of a detector → its command line after the interpreter."""
    ours = "-m stillwatch scan {log} --accounts {accounts} --authorised {authorised} --out {out} --quiet"
    shipped = {
        f"baseline {one.name}": f"{_HERE / 'baseline_driver.py'} {one.name} {{log}} {{accounts}} {{out}}"
        for one in baselines()
    }
    peers = {f"peer {name}": f"-m stillwatch.evaluation.peers.{name} {given}" for name, given in PEERS.items()}
    return {_OURS: ours, **peers, **shipped}


def _measured(name: str, command: str, made: Composed, truth: Truth, folder: Path) -> dict[str, Any]:
    say(name)
    out = folder / "out" / name.replace(" ", "_")
    out.mkdir(parents=True)
    places = {"log": folder / "log", "out": out, "accounts": made.accounts_path, "authorised": made.authorised_path}
    words = [sys.executable, *(word.format_map(places) for word in command.split())]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (
        subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child,
        MemoryWatch(child.pid) as memory,
    ):
        said = _waited(child)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "wall_s": round(time.perf_counter() - began, 2),
        "processor_s": round(spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime, 2),
        "peak_memory_mib": round(memory.peak_bytes / 2**20),
    }
    report = out / "campaigns.json"
    if not report.is_file():
        return cost | {"failed": said}
    figures = asdict(score(truth, read_reported(report)))
    shutil.rmtree(out)
    kept = ("precision", "recall", "found", "reported", "false_campaigns", "innocents_accused", "twins_accused")
    return cost | {name: figures[name] for name in kept} | {"campaigns": len(truth.campaigns)}


def _waited(child: subprocess.Popen[bytes]) -> str:
    """The last line it said on standard error, or that its time was over."""
    try:
        _, said = child.communicate(timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        return f"not done after {_TIMEOUT_S:.0f} s"
    return (said.decode(errors="replace").strip().splitlines() or [""])[-1]


def _table(measured: dict[str, Any]) -> str:
    about = (
        f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores, "
        f"{measured['measured_at']}. Scenario `{measured['scenario']}`: {measured['exchanges']:,} exchanges of "
        f"{measured['accounts']:,} accounts, {measured['accounts_in_campaigns']:,} of them in campaigns; one log, "
        "one run.\n"
    )
    columns = (
        "detector",
        "wall, s",
        "processor, s",
        "÷ ours",
        "peak, MiB",
        "precision",
        "recall",
        "found",
        "innocents",
    )
    head = [f"| {' | '.join(columns)} |", "| --- |" + " ---: |" * (len(columns) - 1)]
    lines = ["# Side by side\n", about, f"    {measured['command']}\n", *head]
    ours = measured["detectors"].get(_OURS, {}).get("processor_s")
    for name, one in measured["detectors"].items():
        ratio = f"{one['processor_s'] / ours:.2f}" if ours else ""
        cost = f"| {name} | {one['wall_s']:.1f} | {one['processor_s']:.1f} | {ratio} | {one['peak_memory_mib']:,} |"
        if "failed" in one:
            lines.append(f"{cost} {one['failed'] or 'no report'} | | | |")
            continue
        precision = f"{one['precision']:.3f}" if one["reported"] else "nobody accused"
        found = f"{one['found']} of {one['campaigns']}"
        lines.append(f"{cost} {precision} | {one['recall']:.3f} | {found} | {one['innocents_accused']:,} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
