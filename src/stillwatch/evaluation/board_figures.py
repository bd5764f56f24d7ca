"""Read a board: the figures of all its logs, brought together by scenario, peer and part.

board = read_board(Path("evaluation/board"))
board.rows[0].summary.recall
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError
from stillwatch.evaluation.board_plan import WHOLE
from stillwatch.evaluation.board_warnings import WarningRow, warning_rows
from stillwatch.evaluation.intervals import Measure, over_seeds, share_of
from stillwatch.evaluation.library import list_scenarios
from stillwatch.evaluation.reliability import Reliability, calibration_error, pooled
from stillwatch.evaluation.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CURVES: Final = {
    "exchanges per account and day": {
        "rate_002": "2", "rate_006": "6", "rate_013": "13", "rate_026": "26", "rate_282": "282", "rate_857": "857",
    },
    "share of cover traffic": {"rate_026": "none", "cover_30": "30 %", "cover_60": "60 %", "cover_90": "90 %"},
    "paraphrase of the template": {
        "rate_026": "exact", "paraphrase_synonyms": "synonyms", "paraphrase_shuffled": "shuffled",
        "template_cut": "cut", "paraphrase_skeletons": "12 forms", "translated": "5 tongues",
    },
    "accounts of the fleet": {"small_fleet": "", "fleet_025": "", "rate_026": "", "rate_006": "", "large_fleet": ""},
}  # fmt: skip
"""Axis → scenario → its place on the axis; empty = as many accounts as the fleet had on the logs that were run."""
_NOBODY_HARVESTS: Final = ("benign_many", "benign_only")


class Row(NamedTuple):
    """One detector on one scenario, all seeds together."""

    scenario: str
    detector: str
    seeds: tuple[int, ...]
    scale: float
    exchanges: int
    """Of all its logs."""
    accounts: int
    summary: Summary | None
    """None where every seed failed."""
    errors: tuple[str, ...]
    exposure: Measure
    """Share of the campaigns' output tokens taken when first flagged; a campaign never flagged counts 1."""


class Point(NamedTuple):
    label: str
    scenario: str
    recall: Measure
    precision: Measure


class Promise(NamedTuple):
    """How often something was reported on logs in which nobody harvests, beside the rate that was promised."""

    realised: Measure
    """Share of those logs, with its exact interval."""
    groups: int
    """False groups reported on them, all together."""
    accounts: int
    """Of innocent accounts on them."""
    accused: int


class LeakRow(NamedTuple):
    scenario: str
    seed: int
    suite: dict[str, Any]


class Cell(NamedTuple):
    """A figure and how far it lies from the best, 0..1."""

    scenario: str
    measure: str
    shown: str
    badness: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    rows: tuple[Row, ...]
    """The detector as it ships, by scenario."""
    about: dict[str, tuple[str, str]]
    """Scenario → what it is, and which row of the threat model it stands for."""
    curves: dict[str, tuple[Point, ...]]
    promise: Promise
    reliability: Reliability
    """Stated confidence of everybody accused on the board beside the truth."""
    calibration_error: Measure
    """How far the two lie apart, with its interval over logs."""
    peers: dict[str, tuple[Row, ...]]
    """Scenario → the detector and the baselines on the same logs."""
    parts: dict[str, tuple[Row, ...]]
    """Scenario → the whole, then every part left out and alone."""
    warnings: tuple[WarningRow, ...]
    """Scenarios that were replayed for them, and those in which a warning was false."""
    leaks: tuple[LeakRow, ...]
    codes: tuple[str, ...]
    """Digests of the code that the figures were made with; more than one = part of the board is out of date."""
    missing: tuple[str, ...]
    """Scenarios of the library without a figure."""
    reasons: dict[str, str]
    """Scenario → why its figures fall short, written by a person."""


def read_board(folder: Path) -> Board:
    """Bring all figures of a folder together.

    Raises:
        InputError: A file there is no figure of ours.
    """
    logs = [_read(path) for path in sorted(folder.glob("*-*.json"))]
    held: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for log in logs:
        for detector in log["detectors"]:
            held[log["scenario"], detector].append(log)
    rows = {key: _row(*key, found) for key, found in held.items()}
    whole = {scenario: row for (scenario, detector), row in rows.items() if detector == WHOLE}
    library = list_scenarios()
    stated = [log["detectors"].get(WHOLE, {}).get("reliability") for log in logs]
    return Board(
        rows=tuple(whole[name] for name in sorted(whole)),
        about={one.name: (one.about, one.covers) for one in library},
        curves={axis: tuple(_points(places, whole)) for axis, places in CURVES.items()},
        promise=_promise([log for log in logs if log["scenario"] in _NOBODY_HARVESTS]),
        reliability=pooled(stated),
        calibration_error=calibration_error(stated),
        peers=_grouped(rows, "baseline", "peer"),
        parts=_grouped(rows, "without", "only"),
        warnings=warning_rows(logs),
        leaks=tuple(
            LeakRow(log["scenario"], log["seed"], suite)
            for log in logs
            for suite in log.get("leaks", {}).get("suites", ())
        ),
        codes=tuple(sorted({log["code"] for log in logs})),
        missing=tuple(one.name for one in library if one.name not in whole and one.name != "speed"),
        reasons=_reasons(folder / "reasons.toml"),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
        found["scenario"], found["seed"], found["detectors"]  # what every one of ours has
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"no figures of ours: {error}", where=str(path), mend="remove it and run the board") from error
    return found


def _reasons(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    table: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    return table


def _row(scenario: str, detector: str, logs: list[dict[str, Any]]) -> Row:
    found = [log["detectors"][detector] for log in logs]
    scored = [one for one in found if "error" not in one]
    exposed = [log["exposure"]["campaigns"] for log in logs if "campaigns" in log.get("exposure", {})]
    shares = [sum(one["tokens_share"] for one in listed) / len(listed) for listed in exposed if listed]
    return Row(
        scenario=scenario,
        detector=detector,
        seeds=tuple(log["seed"] for log in logs),
        scale=logs[0]["scale"],
        exchanges=sum(log["exchanges"] for log in logs),
        accounts=sum(log["accounts"] for log in logs),
        summary=summarise(scored) if scored else None,
        errors=tuple(one["error"] for one in found if "error" in one),
        exposure=over_seeds(shares if detector == WHOLE else []),
    )


def _points(places: dict[str, str], whole: dict[str, Row]) -> Iterator[Point]:
    known = [name for name in places if name in whole]
    if not any(places.values()):
        known = sorted(known, key=lambda name: summary.fleet if (summary := whole[name].summary) else 0.0)
    for scenario, label in ((name, places[name]) for name in known):
        if scenario in whole and (summary := whole[scenario].summary):
            yield Point(label or f"{summary.fleet:,.0f}", scenario, summary.recall, summary.precision)


def _promise(logs: list[dict[str, Any]]) -> Promise:
    found = [(log, log["detectors"][WHOLE]) for log in logs if "reported" in log["detectors"].get(WHOLE, {})]
    return Promise(
        realised=share_of(sum(one["reported"] > 0 for _, one in found), len(found)),
        groups=sum(one["reported"] for _, one in found),
        accounts=sum(log["accounts"] for log, _ in found),
        accused=sum(one["innocents_accused"] for _, one in found),
    )


def _grouped(rows: dict[tuple[str, str], Row], *kinds: str) -> dict[str, tuple[Row, ...]]:
    """By scenario, the whole first and then what is of those kinds, on the seeds that both were run on."""
    scenarios = sorted({scenario for scenario, detector in rows if detector.partition(":")[0] in kinds})
    return {
        scenario: tuple(
            row
            for (name, detector), row in sorted(rows.items(), key=lambda one: (one[0][1] != WHOLE, one[0][1]))
            if name == scenario and (detector == WHOLE or detector.partition(":")[0] in kinds)
        )
        for scenario in scenarios
    }
