"""What evidence costs: `python benchmarks/evidence.py [--leaves 16777216] [--records 16777216] [--work DIR]`.

A transparency log takes so many entries, each append acknowledged only once it lies on the disk; proofs are taken out
of it for leaves drawn by chance, by a log that was opened anew. A package is sealed over so many exchanges (a
commitment of 32 bytes each, a batch a million), and checked by `stillwatch verify` and by the program for strangers
that lies in it, each in a process of its own. Seconds are those of the clock and of the processor: a machine that
others use makes the first larger. Writes benchmarks/results/evidence.json and .md.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from publish import publish
from say import say
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.core.version import VERSION
from stillwatch.evidence import alone
from stillwatch.evidence.commitment import CommittedBatch
from stillwatch.evidence.leaf_entry import digest_of, entry_of
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.proof_file import LogPolicy, check_proof
from stillwatch.evidence.record_proof import batch_statement
from stillwatch.evidence.sealed_case import PackageFile, SealedCase, Tier
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.seal_case import keys_of, seal_case, shown_leaf
from stillwatch.service.evidence.tile_log import TileLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RESULTS: Final = Path(__file__).parent / "results"
_NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
_SIGNER: Final = LogSigner.from_seeds("log.example/bench", bytes(32), bytes([1] * 32))
_AT_ONCE: Final = 1 << 18
_PROOFS: Final = 400
_BATCH: Final = 1 << 20
_HASH_BYTES: Final = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=1 << 24)
    parser.add_argument("--records", type=int, default=1 << 24)
    parser.add_argument("--work", type=Path, help="Where 3.5 GB fit.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as work:
        rows = [*_log(Path(work), asked.leaves), *_package(Path(work), asked.records)]
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "machine": platform.machine()}
    made = {"version": VERSION, "machine": machine, "leaves": asked.leaves, "records": asked.records, "rows": rows}
    publish(_RESULTS, "evidence", made, _page(made))


def _log(work: Path, leaves: int) -> Iterator[dict[str, Any]]:
    say(f"append {leaves:,} entries")
    log = TileLog.make(work / "log", _SIGNER, clock=time.time)
    wall = cpu = 0.0
    for entries in _entries(leaves):
        taken = _timed(lambda entries=entries: log.append(entries))
        wall, cpu = wall + taken["wall_s"], cpu + taken["cpu_s"]
    each = {"leaves_per_s": round(leaves / wall), "leaves_per_cpu_s": round(leaves / cpu)}
    yield {"what": f"append {leaves:,} leaves, {_AT_ONCE:,} at once", **each, "target": "100,000 leaves/s"}
    say("prove")
    log = TileLog(work / "log", _SIGNER, clock=time.time)
    chance, policy = random.Random(7), LogPolicy(origin=_SIGNER.name, log_keys=_SIGNER.verifiers)
    walls, cpus = [], []
    for leaf in (chance.randrange(leaves) for _ in range(_PROOFS)):
        proofs: list[Any] = []
        taken = _timed(lambda leaf=leaf, proofs=proofs: proofs.append(log.prove(leaf)))
        walls.append(taken["wall_s"] * 1e3)
        cpus.append(taken["cpu_s"] * 1e3)
        check_proof(log.entry(leaf), proofs[0], policy)
    each = {"median_ms": _rounded(statistics.median(walls)), "p99_ms": _rounded(sorted(walls)[_PROOFS * 99 // 100])}
    each["mean_cpu_ms"] = _rounded(statistics.mean(cpus))
    yield {"what": f"a proof out of {leaves:,} leaves, of {_PROOFS}, each checked", **each, "target": "5 ms"}


def _package(work: Path, records: int) -> Iterator[dict[str, Any]]:
    say(f"seal a package over {records:,} exchanges")
    log = EvidenceLog.make(work / "evidence", "log.example/bench-2", clock=time.time)
    files = []
    for number in range(-(-records // _BATCH)):
        batch = CommittedBatch(os.urandom(_HASH_BYTES * min(_BATCH, records - number * _BATCH)))
        said = batch_statement(file_sha256="ab" * 32, records=batch.size, root=batch.root, form="line")
        said["form"] = f"line of batch {number}"
        log.note([Leaf(kind=LeafKind.BATCH, sha256=digest_of(said), noted_at=_NOW)])
        path = f"batches/{number}"
        files.append(PackageFile(path=f"{path}.json", data=rfc8785.dumps(said), media_type="application/json"))
        files.append(PackageFile(path=f"{path}.leaves", data=batch.leaves, media_type="application/octet-stream"))
    case = SealedCase(
        about="campaign-1",
        tier=Tier.CONFIDENTIAL,
        made_at=_NOW,
        keys=keys_of(log),
        files=tuple(files),
        leaves=tuple(shown_leaf(log, number, f"batches/{number}.json") for number in range(log.size)),
    )
    taken = _timed(lambda: seal_case(case, log, work / "case.zip"))
    size = (work / "case.zip").stat().st_size
    yield {"what": f"seal {size / 1e6:,.0f} MB, and check it before it is handed out", **_seconds(taken)}
    product = [sys.executable, "-m", "stillwatch", "verify", str(work / "case.zip")]
    product += ["--log-toml", str(work / "evidence" / "log.toml")]
    strangers = [sys.executable, str(Path(*alone.__path__) / "verify.py"), str(work / "case.zip")]
    for name, command in (("stillwatch verify", product), ("verify.py, standard library alone", strangers)):
        say(name)
        yield {"what": f"{name}: {records:,} exchanges", **_seconds(_run(command)), "target": "60 s"}


def _entries(leaves: int) -> Iterator[list[bytes]]:
    entry = entry_of(Leaf(kind=LeafKind.BATCH, sha256="0" * 64, noted_at=_NOW))
    before, _, after = entry.partition(b"0" * 64)
    for first in range(0, leaves, _AT_ONCE):
        yield [before + b"%064x" % number + after for number in range(first, min(leaves, first + _AT_ONCE))]


def _timed(run: Callable[[], Any]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}


def _run(command: list[str]) -> dict[str, float]:
    """A process of its own, which must find nothing wrong."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": time.perf_counter() - wall, "cpu_s": cpu}


def _seconds(taken: dict[str, float]) -> dict[str, float]:
    return {name: _rounded(value) for name, value in taken.items()}


def _rounded(value: float) -> float:
    return round(value, 2)


def _page(made: dict[str, Any]) -> str:
    machine = made["machine"]
    where = f"Python {machine['python']}, {machine['cores']} cores ({machine['machine']})"
    lines = [
        "# What evidence costs",
        "",
        (
            f"stillwatch {made['version']}, {where}; `python benchmarks/evidence.py`. Seconds of the clock, and of the "
            "processor, which do not grow where others use the machine."
        ),
        "",
        "| what | measured | target |",
        "| --- | --- | --- |",
    ]
    for row in made["rows"]:
        figures = ", ".join(
            f"{value:,} {name.replace('_', ' ')}" for name, value in row.items() if name not in {"what", "target"}
        )
        lines.append(f"| {row['what']} | {figures} | {row.get('target', '')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
