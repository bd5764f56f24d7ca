"""How fast a million generated exchanges are composed: `python benchmarks/compose_speed.py [--scale 1.0]`.

Prompts average about 400 bytes. Prints one JSON line a format: wall and processor seconds, exchanges a second and core.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Literal

from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.scenario import load_scenario


def measure(form: Literal["jsonl", "parquet"], scale: float) -> dict[str, float | str]:
    scenario = load_scenario(Path(str(files("stillwatch.evaluation") / "scenarios" / "speed.toml"))).scaled(scale)
    with tempfile.TemporaryDirectory() as folder:
        wall, processor = time.perf_counter(), time.process_time()
        made = compose(scenario, Path(folder), seed=scenario.seed, corpora=None, layout=Layout(format=form))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        size = sum(path.stat().st_size for path in made.logs)
    return {
        "format": form,
        "exchanges": made.exchanges,
        "wall_s": round(wall, 2),
        "processor_s": round(processor, 2),
        "exchanges_per_core_s": round(made.exchanges / processor),
        "size_mb": round(size / 1e6, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    scale = parser.parse_args().scale
    for form in ("parquet", "jsonl"):
        print(json.dumps(measure(form, scale)))


if __name__ == "__main__":
    main()
