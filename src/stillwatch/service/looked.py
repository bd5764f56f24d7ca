"""What looking at a store gave, and how what was looked at in parts is one result.

Each part's list of campaigns carries the stated false-discovery rate by itself, so the lists together carry it too:
parts are as alike as drawing at random makes them, and separate lists at one rate then make a joint list at that rate
(Efron 2008, "Simultaneous inference: when should hypothesis testing problems be combined?").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stillwatch.detection.detect import Detected
from stillwatch.detection.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTHING: Final = Detected(Findings((), (), ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    made: Detected
    exchanges: int
    accounts: int
    coverage: Mapping[str, int]
    """The row of coverage.sql."""
    faults: tuple[str, ...]
    """Why it is not complete; nothing where it is."""
    warnings: tuple[str, ...]


def together(parts: Sequence[Looked], joined: Mapping[str, int]) -> Looked:
    """Parts of the accounts as one; `joined` tells by kind of tie how many accounts it kept together in one part."""
    ranked = sorted(
        (
            (one, picture, basis)
            for part in parts
            for one, picture, basis in zip(
                part.made.findings.campaigns, part.made.findings.pictures, part.made.bases, strict=True
            )
        ),
        key=lambda row: (row[0].q_value, -row[0].exchanges, row[0].id),
    )
    findings = Findings(
        tuple(one for one, _, _ in ranked),
        tuple(one for part in parts for one in part.made.findings.set_aside),
        tuple(picture for _, picture, _ in ranked),
    )
    warnings = tuple(dict.fromkeys(warning for part in parts for warning in part.warnings))
    return Looked(
        made=Detected(
            findings,
            tuple(one for part in parts for one in part.made.early_warnings),
            tuple(basis for _, _, basis in ranked),
        ),
        exchanges=sum(part.exchanges for part in parts),
        accounts=sum(part.accounts for part in parts),
        coverage=_coverage([part.coverage for part in parts]),
        faults=tuple(dict.fromkeys(fault for part in parts for fault in part.faults)),
        warnings=(_divided(len(parts), joined), *warnings),
    )


def _divided(parts: int, joined: Mapping[str, int]) -> str:
    ties = ", ".join(f"{tie} of at most {most:,}" for tie, most in joined.items())
    return (
        f"the accounts were looked at in {parts} parts, each with what these ties hold together: {ties or 'none'}; a "
        "group that only something more popular, its rhythm or its work ties may have been cut (--driver-accounts)"
    )


def _coverage(rows: Sequence[Mapping[str, int]]) -> dict[str, int]:
    joined = {name: sum(row[name] for row in rows) for name in rows[0]}
    return joined | {
        "first_at": min(row["first_at"] for row in rows),
        "last_at": max(row["last_at"] for row in rows),
    }
