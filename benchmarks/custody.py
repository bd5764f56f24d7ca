"""Our seals beside model-signing's: `python benchmarks/custody.py [--gigabytes 2] [--rounds 3]`.

Made-up weights in four files (one half of all bytes, three of a sixth) and a data set of 20,000 small files are hashed
by both, as their libraries do it, in turns and on one machine; the files lie in the page cache, so that what is
measured is the program and no disk. Beside it: what one core does of each hash, which is the machine's own limit. The
best of the rounds counts; processor time is given too, since it does not depend on who else is at work. Needs the
environment `judges` (`make .venv/.judges`). Writes benchmarks/results/custody.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from blake3 import blake3

from publish import publish
from say import say
from stillwatch.core.version import VERSION
from stillwatch.service.evidence.hash_files import HashingRun
from stillwatch.service.evidence.hashing_state import HashingState
from stillwatch.service.evidence.take_manifest import SealOptions, take_manifest
from stillwatch.service.evidence.verify_files import verify_files

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE: Final = Path(__file__).parent
_JUDGE: Final = Path(sys.prefix) / "judges" / "bin" / "python"
_SHARE: Final = (3, 1, 1, 1)
"""Of six, for each file of the weights."""
_SHARD_BYTES: Final = 128 << 20
_SMALL: Final = 20_000
_SMALL_BYTES: Final = 4_096
_NOTHING_S: Final = 0.01
_THEIRS: Final = """
import json, resource, sys, time
from pathlib import Path
import model_signing
root, algorithm, shard = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
config = model_signing.hashing.Config()
if shard:
    config.use_shard_serialization(hashing_algorithm=algorithm, shard_size=shard)
else:
    config.use_file_serialization(hashing_algorithm=algorithm)
started, spent = time.perf_counter(), time.process_time()
config.hash(root)
json.dump([time.perf_counter() - started, time.process_time() - spent], sys.stdout)
"""


class Spent(NamedTuple):
    wall_s: float
    processor_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, help="Folder for what is hashed; a temporary one if not given.")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    if not _JUDGE.exists():
        raise SystemExit("model-signing is not installed: make .venv/.judges")
    with TemporaryDirectory(dir=asked.work) as folder:
        root = Path(folder)
        say("making files")
        size = make_weights(root / "weights", int(asked.gigabytes * 1e9))
        make_small(root / "small")
        measured = {
            "version": VERSION,
            "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 1),
            "command": f"python benchmarks/custody.py --gigabytes {asked.gigabytes} --rounds {asked.rounds}",
            "bytes": size,
            "limits": limits(),
            "weights": figures(weights_ways(root / "weights", root / "state"), asked.rounds),
            "one_file": figures(one_file_ways(root / "weights" / "model-0.safetensors"), asked.rounds),
            "small": figures(small_ways(root / "small"), 1),
        }
        measured["one_file_bytes"] = (root / "weights" / "model-0.safetensors").stat().st_size
    publish(asked.results, "custody", measured, page(measured))


def make_weights(root: Path, size: int) -> int:
    root.mkdir()
    block = os.urandom(1 << 24)
    for number, share in enumerate(_SHARE):
        with (root / f"model-{number}.safetensors").open("wb") as file:
            for _ in range(size * share // sum(_SHARE) >> 24):
                file.write(block)
    return sum(one.stat().st_size for one in root.iterdir())


def make_small(root: Path) -> None:
    seeded = random.Random(7)
    for number in range(_SMALL):
        file = root / f"{number // 500:03}" / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(seeded.randbytes(_SMALL_BYTES))


def limits() -> dict[str, float]:
    """Gigabytes that one core hashes in a second of its time, out of its own cache."""
    data = bytes(1 << 20)
    found = {}
    for name, make in (("sha256", hashlib.sha256), ("blake3", blake3)):
        best = 0.0
        for _ in range(5):
            hashed: Any = make()
            started = time.process_time()
            for _ in range(256):
                hashed.update(data)
            best = max(best, 256 * len(data) / (time.process_time() - started) / 1e9)
        found[name] = round(best, 2)
    return found


def weights_ways(root: Path, state: Path) -> dict[str, Callable[[], Spent]]:
    sealed = take_manifest(root, SealOptions()).manifest
    kept = HashingState(state)
    take_manifest(root, SealOptions(), HashingRun(kept=kept))
    return {
        "stillwatch seal, SHA-256 and BLAKE3": lambda: timed(lambda: take_manifest(root, SealOptions())),
        "stillwatch verify, SHA-256": lambda: timed(lambda: verify_files(root, sealed)),
        "stillwatch verify --fast, BLAKE3": lambda: timed(lambda: verify_files(root, sealed, is_fast=True)),
        "stillwatch seal, once all was hashed and it was killed": lambda: timed(
            lambda: take_manifest(root, SealOptions(), HashingRun(kept=HashingState(state)))
        ),
        "model-signing, SHA-256": lambda: theirs(root, "sha256"),
        "model-signing, BLAKE3": lambda: theirs(root, "blake3"),
    }


def one_file_ways(file: Path) -> dict[str, Callable[[], Spent]]:
    whole = take_manifest(file, SealOptions()).manifest
    shards = SealOptions(shard_size=_SHARD_BYTES)
    return {
        "stillwatch seal, SHA-256 and BLAKE3": lambda: timed(lambda: take_manifest(file, SealOptions())),
        "stillwatch seal, in parts": lambda: timed(lambda: take_manifest(file, shards)),
        "stillwatch verify --fast, BLAKE3": lambda: timed(lambda: verify_files(file, whole, is_fast=True)),
        "model-signing, SHA-256": lambda: theirs(file, "sha256"),
        "model-signing, SHA-256 in parts": lambda: theirs(file, "sha256", _SHARD_BYTES),
        "model-signing, BLAKE3": lambda: theirs(file, "blake3"),
    }


def small_ways(root: Path) -> dict[str, Callable[[], Spent]]:
    return {
        "stillwatch seal, SHA-256 and BLAKE3": lambda: timed(lambda: take_manifest(root, SealOptions())),
        "model-signing, SHA-256": lambda: theirs(root, "sha256"),
    }


def figures(ways: dict[str, Callable[[], Spent]], rounds: int) -> dict[str, dict[str, float]]:
    """The best of the rounds, in which all take their turns."""
    best = dict.fromkeys(ways, Spent(float("inf"), float("inf")))
    for number in range(rounds):
        for name, run in ways.items():
            say(f"{number + 1}: {name}")
            best[name] = Spent(*map(min, best[name], run()))
    return {name: {field: round(value, 3) for field, value in one._asdict().items()} for name, one in best.items()}


def timed(work: Callable[[], object]) -> Spent:
    started, spent = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - started, time.process_time() - spent)


def theirs(root: Path, algorithm: str, shard: int = 0) -> Spent:
    command = [_JUDGE, "-c", _THEIRS, root, algorithm, str(shard)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Spent(*json.loads(done.stdout))


def page(measured: dict[str, Any]) -> str:
    limit = measured["limits"]
    others = (
        "Other programs were at work at the same time, so wall time says little; processor time holds."
        if measured["load_average"] > measured["cores"]
        else ""
    )
    both = 1 / (1 / limit["sha256"] + 1 / limit["blake3"])
    weights, one_file = measured["bytes"], measured["one_file_bytes"]
    lines = [
        "# Seals of weights and data, beside model-signing",
        "",
        _said(measured),
        "Files lie in the page cache; the best of the rounds counts, for wall and for processor time by itself.",
        *([others] if others else []),
        "",
        f"What one core hashes out of its cache: SHA-256 {limit['sha256']} GB/s, BLAKE3 {limit['blake3']} GB/s;",
        f"both in one reading therefore come to at most {both:.2f} GB for a second of a core.",
        "",
        *_table(f"Four files, {weights / 1e9:.1f} GB", measured["weights"], weights),
        *_table(f"One file, {one_file / 1e9:.1f} GB", measured["one_file"], one_file),
        *_table(f"{_SMALL:,} files of {_SMALL_BYTES:,} bytes", measured["small"], _SMALL * _SMALL_BYTES, files=_SMALL),
    ]
    return "\n".join(lines)


def _said(measured: dict[str, Any]) -> str:
    where = f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores"
    when = f"load average {measured['load_average']} when it began, {measured['measured_at']}"
    return f"{where}, {when}; `{measured['command']}`."


def _table(title: str, rows: dict[str, dict[str, float]], size: int, *, files: int = 0) -> list[str]:
    unit = "files/s" if files else "GB/s"
    head = [f"## {title}", "", f"| | wall s | {unit} | GB for a second of a core |", "|---|---|---|---|"]
    return [*head, *(_row(name, spent, size, files) for name, spent in rows.items()), ""]


def _row(name: str, spent: dict[str, float], size: int, files: int) -> str:
    wall_s, core_s = spent["wall_s"], spent["processor_s"]
    if core_s < _NOTHING_S:
        return f"| {name} | {wall_s:.3f} | nothing is read | |"
    speed = f"{files / wall_s:,.0f}" if files else f"{size / wall_s / 1e9:.2f}"
    return f"| {name} | {wall_s:.3f} | {speed} | {size / core_s / 1e9:.2f} |"


if __name__ == "__main__":
    main()
