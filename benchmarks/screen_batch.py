"""A whole screen as `stillwatch screen` runs it, by stages: `python benchmarks/screen_batch.py --accounts 24000`.

A list of invented names of the size of the Consolidated Screening List is added, and accounts are screened against it,
two thirds of them listed, in one process: processor time of each stage, and of one account. Beside it rapidfuzz's
WRatio over the same names, for some of the accounts. Written to benchmarks/results/screen-batch.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import resource
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz, process

from publish import publish
from say import say
from stillwatch.core.version import VERSION
from stillwatch.evaluation.name_set import compose_names
from stillwatch.faces.report.render_screen import render_screen
from stillwatch.service.screening.list_store import AddedList, ListStore
from stillwatch.service.screening.open_lists import open_lists
from stillwatch.service.screening.screen import ScreenSettings, screen
from stillwatch.service.screening.write_screened import write_screened

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.screened import Screened
    from stillwatch.evaluation.name_set import NameSet

_HERE: Final = Path(__file__).parent
_NAMES: Final = 50_000
"""Names and aliases, as many as the consolidated list has with its 25,000 entries."""
_PEER_ACCOUNTS: Final = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=4_000)
    parser.add_argument("--names", type=int, default=_NAMES)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    say(f"composing {asked.names:,} names")
    names = compose_names(asked.names, asked=asked.accounts, seed=7)
    with TemporaryDirectory(prefix="stillwatch-bench-") as folder:
        measured = _measure(Path(folder), names)
    publish(asked.results, "screen-batch", measured, _table(measured))


def _measure(folder: Path, names: NameSet) -> dict[str, Any]:
    stages: dict[str, float] = {}
    store = ListStore(folder / "lists", clock=_now)
    listed = _list_file(folder / "listed.csv", names)
    accounts = _accounts_file(folder / "accounts.csv", names)
    say("adding the list")
    stages["add the list"] = _timed(lambda: store.add("names", {"listed.csv": listed}, AddedList(by="bench")))
    stages["open the list"] = _timed(lambda: open_lists(store, [], today=_now().date()))
    say(f"screening {len(names.asked):,} accounts")
    found: list[Screened] = []
    settings = ScreenSettings(accounts=accounts, lists=folder / "lists")
    stages["screen, with opening"] = _timed(lambda: found.append(_screened(settings)))
    stages["write the results"] = _timed(lambda: write_screened(found[0], folder / "out"))
    stages["draw the page"] = _timed(lambda: render_screen(found[0]))
    screening_s = stages["screen, with opening"] - stages["open the list"]
    say("asking rapidfuzz")
    return {
        "version": VERSION,
        "measured_at": f"{_now():%Y-%m-%d %H:%M}Z",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "names": sum(len(one.names) for one in names.listed),
        "entries": len(names.listed),
        "accounts": len(names.asked),
        "candidates": len(found[0].candidates),
        "stages_cpu_s": {name: round(value, 2) for name, value in stages.items()},
        "account_ms": round(1e3 * screening_s / len(names.asked), 3),
        "rapidfuzz_wratio_ms": round(_peer_ms(names), 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _screened(settings: ScreenSettings) -> Screened:
    return screen(settings, clock=_now, new_id=lambda: "s-bench", progress=lambda *_: None)


def _timed(do: Callable[[], object]) -> float:
    started = time.process_time()
    do()
    return time.process_time() - started


def _peer_ms(names: NameSet) -> float:
    texts = [name.text for one in names.listed for name in one.names]
    started = time.process_time()
    for asked in names.asked[:_PEER_ACCOUNTS]:
        process.extract(asked.name, texts, scorer=fuzz.WRatio, limit=10, score_cutoff=70)
    return 1e3 * (time.process_time() - started) / _PEER_ACCOUNTS


def _list_file(file: Path, names: NameSet) -> bytes:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("id", "name", "type", "aliases"))
        for one in names.listed:
            primary, *others = (name.text.replace(";", ",") for name in one.names)
            writer.writerow((one.source_id, primary, one.entity_type.value, ";".join(others)))
    return file.read_bytes()


def _accounts_file(file: Path, names: NameSet) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("account_id", "name", "type"))
        writer.writerows((f"a-{number}", one.name, one.entity_type.value) for number, one in enumerate(names.asked))
    return file


def _now() -> datetime:
    return datetime.now(UTC)


def _table(measured: dict[str, Any]) -> str:
    stages = "\n".join(f"| {name} | {value:.2f} s |" for name, value in measured["stages_cpu_s"].items())
    ours, theirs = measured["account_ms"], measured["rapidfuzz_wratio_ms"]
    size = f"{measured['entries']:,} entries with {measured['names']:,} names"
    where = f"Python {measured['python']}, {measured['measured_at']}, {measured['cores']} cores"
    return f"""# A whole screen

{measured["accounts"]:,} accounts against {size}, one process, processor time; stillwatch
{measured["version"]}, {where}, peak memory {measured["peak_mb"]:,} MB.
`python benchmarks/screen_batch.py --accounts {measured["accounts"]}`

| stage | processor time |
| --- | --- |
{stages}

One account costs {ours:.2f} ms; rapidfuzz's WRatio over the same names {theirs:.0f} ms,
{theirs / ours:.0f} times as much.
24,000 accounts: {24 * ours + measured["stages_cpu_s"]["open the list"]:.0f} s with opening the list.
"""


if __name__ == "__main__":
    main()
