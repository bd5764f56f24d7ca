"""Run one of the shipped baselines as a program: `python baseline_driver.py NAME LOG ACCOUNTS OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from stillwatch.evaluation.baseline import baselines, read_sight, run_baseline


def main(name: str, log: Path, accounts: Path, out: Path) -> None:
    (chosen,) = (one for one in baselines() if one.name == name)
    (out / "campaigns.json").write_bytes(orjson.dumps(run_baseline(chosen, read_sight(log, accounts))))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:5]))
