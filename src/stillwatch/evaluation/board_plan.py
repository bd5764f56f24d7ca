"""What the board runs, read from `board.toml`, and where each log's figures lie."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evaluation.baseline import baselines
from stillwatch.evaluation.stand import all_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

MEASURES: Final = ("whole", "exposure", "warnings", "baselines", "peers", "parts", "leaks")
PEERS: Final = {"coordination_network": "{log} {out}", "splink_identity": "{log} {accounts} {out}"}
"""Real detectors of others → what they are given; each a program under `evaluation/peers`, with the extra `peers`."""
WHOLE: Final = "stillwatch"


class BoardLog(NamedTuple):
    """A log to compose, and what is measured on it."""

    scenario: str
    seed: int
    scale: float
    measures: tuple[str, ...]

    @property
    def file_name(self) -> str:
        return f"{self.scenario}-{self.seed}.json"

    def detectors(self) -> tuple[str, ...]:
        """Names of what reports on this log: the whole, `only:` or `without:` a part, `baseline:` or `peer:`."""
        named = [WHOLE] if "whole" in self.measures else []
        if "baselines" in self.measures:
            named += [f"baseline:{one.name}" for one in baselines()]
        if "peers" in self.measures:
            named += [f"peer:{name}" for name in PEERS]
        if "parts" in self.measures:
            listed = sorted(all_parts().links) + sorted(all_parts().signals)
            named += [f"{how}:{name}" for name in listed for how in ("without", "only")]
        return tuple(named)


def load_plan(path: Path | None = None) -> tuple[BoardLog, ...]:
    """Every entry in its order, so that what matters most comes first; a log that is named again adds its measures."""
    text = (path or files("stillwatch.evaluation") / "board.toml").read_text(encoding="utf-8")
    return tuple(_logs(tomllib.loads(text), str(path or "board.toml")))


def _logs(table: dict[str, Any], where: str) -> Iterator[BoardLog]:
    for row in table.get("log", []):
        if unknown := set(row["measures"]) - set(MEASURES):
            raise InputError(f"unknown measures {sorted(unknown)}", where=where, mend=f"some of {', '.join(MEASURES)}")
        for seed in _seeds(row["seeds"], where):
            for scenario in row["scenarios"]:
                yield BoardLog(scenario, seed, float(row["scale"]), tuple(row["measures"]))


def _seeds(value: list[int] | str, where: str) -> list[int]:
    """A list, or a range as "1-100"."""
    if isinstance(value, list):
        return value
    first, dash, last = value.partition("-")
    if not (dash and first.isdigit() and last.isdigit()):
        raise InputError(f"no seeds: {value!r}", where=where, mend='seeds = [1, 2] or seeds = "1-100"')
    return list(range(int(first), int(last) + 1))


def code_digest() -> str:
    """A short digest of the detector, of how it reads logs, and of what composes and scores them.

    Figures of another digest are out of date. The board's own machinery changes no figure, and is left out.
    """
    package = Path(str(files("stillwatch")))
    digest = hashlib.sha256()
    for room in ("core", "logs", "detection", "evaluation"):
        for path in sorted((package / room).rglob("*")):
            if path.suffix in {".py", ".sql", ".toml"} and not path.name.startswith("board"):
                digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
