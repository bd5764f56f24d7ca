"""Put several seeds of one experiment together: what their results say, test by test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.evaluation.distil.quality import Quality, spread_of_qualities
from stillwatch.evaluation.distil.spread import spread_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCHEMA: Final = "stillwatch.distil-spread/1"
_RESULT_SCHEMA: Final = "stillwatch.distil/2"


def range_distil_spread(folders: Sequence[Path]) -> dict[str, Any]:
    """The spread over the folders of `range distil`, each of another seed and all of one size.

    Raises:
        InputError: A folder holds no result, a seed stands twice, or they are of different experiments.
    """
    results = [_read(folder) for folder in folders]
    for folder, result in zip(folders, results, strict=True):
        if _kind(result) != _kind(results[0]):
            mend = "name folders of the same sizes, text, experiments and students"
            raise InputError("another experiment than the first folder's", where=str(folder), mend=mend)
    seeds = [result["settings"]["seed"] for result in results]
    if len(set(seeds)) < len(seeds):
        raise InputError("a seed stands twice", where=", ".join(map(str, folders)), mend="name each seed once")
    names = [name for name, found in results[0]["experiments"].items() if "tests" in found]
    return {
        "schema": SCHEMA,
        "seeds": seeds,
        "sizes": results[0]["settings"]["sizes"],
        "text": results[0]["settings"]["text"],
        "symbols": results[0]["symbols"],
        "parameters": results[0]["parameters"],
        "teacher_loss": [result["teacher_loss"] for result in results],
        "experiments": {
            name: spread_of([result["experiments"][name]["tests"] for result in results]) for name in names
        },
        "qualities": [one._asdict() for one in spread_of_qualities([_qualities(result) for result in results])],
    }


def _read(folder: Path) -> dict[str, Any]:
    path = folder / "results.json"
    try:
        read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        mend = "name folders that stillwatch range distil has finished"
        raise InputError(f"no result: {error}", where=str(path), mend=mend) from error
    if read.get("schema") != _RESULT_SCHEMA:
        raise InputError("a result of another version", where=str(path), mend="run stillwatch range distil again")
    return read


def _kind(result: dict[str, Any]) -> tuple[Any, ...]:
    """What must be the same for figures to be put together."""
    tests = {
        name: [(row["student"], row["rule"], row["tokens"]) for row in found.get("tests", ())]
        for name, found in result["experiments"].items()
    }
    students = [one[:3] for one in _qualities(result)]
    return result["settings"]["sizes"], result["settings"]["text"], tests, students


def _qualities(result: dict[str, Any]) -> list[Quality]:
    return [Quality(**one) for found in result["experiments"].values() for one in found.get("qualities", ())]
