"""Whether both engines find the same on every scenario: `python benchmarks/one_result.py --scale 0.2 --work DIR`.

Each scenario of the library is composed (those that need real prompts with `--corpora`) and read into a store, which is
scanned on DuckDB and on Spark, in one process and one session of Spark. The two results are compared field by field,
floating-point numbers exactly. Each is written down as soon as it is done, and what was compared on a scale is not
compared again. Written to benchmarks/results/one-result.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from publish import publish
from say import say
from stillwatch.evaluation.library import list_scenarios, needs_corpora
from stillwatch.service.range_compose import Wanted, range_compose
from stillwatch.service.scan import scan
from stillwatch.service.settings import ON_DUCKDB, EngineChoice, ScanSettings

if TYPE_CHECKING:
    from stillwatch.core.campaign import ScanResult
    from stillwatch.evaluation.compose import Composed

_HERE: Final = Path(__file__).parent
_FIELDS: Final = ("campaigns", "set_aside", "early_warnings", "bases", "pictures")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.2)
    parser.add_argument("--only", nargs="*", help="names of scenarios; all of the library if not given")
    parser.add_argument("--corpora", type=Path, help="folder of prompt files, for the scenarios that need real prompts")
    parser.add_argument("--spark-conf", action="append", default=["spark.master=local[2]"])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    engine = EngineChoice(name="spark", spark_conf=dict(pair.split("=", 1) for pair in asked.spark_conf))
    measured = _earlier(asked.results / "one-result.json")
    measured["command"] = "python benchmarks/one_result.py --scale SCALE [--only NAME ...] [--corpora DIR] --work DIR"
    names = asked.only or [one.name for one in list_scenarios() if asked.corpora or not needs_corpora(one)]
    for name in names:
        if f"{name} {asked.scale:g}" not in measured["scenarios"]:
            say(name)
            measured["scenarios"][f"{name} {asked.scale:g}"] = _compared(
                Wanted(scenario=name, seed=1, scale=asked.scale, corpora=asked.corpora), asked.work, engine
            )
            publish(asked.results, "one-result", measured, _table(measured))
    if any(row["differs"] for row in measured["scenarios"].values()):
        sys.exit(1)


def _earlier(file: Path) -> dict[str, Any]:
    if file.exists():
        kept: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return kept
    return {"machine": f"{platform.machine()}, Python {platform.python_version()}", "scenarios": {}}


def _compared(wanted: Wanted, work: Path, engine: EngineChoice) -> dict[str, Any]:
    shutil.rmtree(work, ignore_errors=True)
    made = range_compose(wanted, work)
    reference, found = (_scanned(made, work, one) for one in (ON_DUCKDB, engine))
    return {
        "exchanges": reference.run.exchanges,
        "accounts": reference.run.accounts,
        "campaigns": len(reference.campaigns),
        "members": sum(len(one.members) for one in reference.campaigns),
        "set_aside": len(reference.set_aside),
        "differs": _differences(reference, found),
    }


def _scanned(made: Composed, work: Path, engine: EngineChoice) -> ScanResult:
    settings = ScanSettings(
        logs=() if (work / "store" / "settings.json").exists() else tuple(map(str, made.logs)),
        store=work / "store",
        accounts=made.accounts_path,
        authorised=made.authorised_path,
        workers=1,
        keeps_summaries=False,
        engine=engine,
    )
    return scan(settings, clock=_now, progress=lambda *_: None)


def _differences(one: ScanResult, other: ScanResult) -> list[str]:
    found = [name for name in _FIELDS if getattr(one, name) != getattr(other, name)]
    return found + [name for name in ("exchanges", "coverage") if getattr(one.run, name) != getattr(other.run, name)]


def _table(measured: dict[str, Any]) -> str:
    rows = measured["scenarios"]
    same = sum(not row["differs"] for row in rows.values())
    lines = [
        "# One result on both engines",
        "",
        f"{same} of {len(rows)} composed logs give the same campaigns, members, figures, groups set aside, warnings",
        f"and pictures on DuckDB and on Spark, floating-point numbers compared exactly. {measured['machine']}.",
        "",
        "| Scenario, scale | Exchanges | Accounts | Campaigns | Members | Set aside | Differs in |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for name, row in sorted(rows.items()):
        counts = " | ".join(f"{row[one]:,}" for one in ("exchanges", "accounts", "campaigns", "members", "set_aside"))
        lines.append(f"| {name} | {counts} | {', '.join(row['differs']) or 'nothing'} |")
    return "\n".join([*lines, "", f"Made with `{measured['command']}`.", ""])


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
