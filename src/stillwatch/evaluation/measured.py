"""The error rates of the method as the board last measured them, carried along with the program.

    found = error_rates(campaign_like(accounts=60, per_day=26.0, roles=("reward_model",)), code_digest())

`measured.json` is written from `evaluation/board` by `docs/generate.py`, and a test holds it to that. Scenarios are
taken only where they are like the campaign in three things: what the accounts do, how many there are, and how much each
does a day.
"""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.dossier import ErrorRate, ErrorRates
from stillwatch.evaluation.intervals import share_of
from stillwatch.evaluation.library import list_scenarios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.evaluation.board_figures import Board
    from stillwatch.evaluation.intervals import Measure

FILE: Final = "measured.json"
_STAGES: Final = {
    "reward_model": "grading", "cleaning": "cleaning", "task_making": "tasks", "reasoning_replay": "replay",
    "quality_probe": "probe", "technique_sweep": "sweep",
}  # fmt: skip
"""Role that a signal names → stage of a scenario; any other is `plain`."""
_SAME_RATE: Final = 2.0
_SAME_SIZE: Final = 3.0
_EXACT: Final = "exact (Clopper and Pearson)"
_DRAWN: Final = "bootstrap over logs"


class CampaignLike(NamedTuple):
    stages: frozenset[str]
    accounts: int
    per_day: float
    """Exchanges an account and day."""


def campaign_like(*, accounts: int, per_day: float, roles: tuple[str, ...]) -> CampaignLike:
    stages = frozenset(_STAGES[one] for one in roles if one in _STAGES) or frozenset(("plain",))
    return CampaignLike(stages, accounts, per_day)


def measured_of(board: Board) -> dict[str, Any]:
    """What is carried along of a board."""
    fleets = {
        one.name: [population for population in one.population if population.label == "campaign"]
        for one in list_scenarios()
    }
    return {
        "codes": list(board.codes),
        "none_harvests": {
            "logs": _plain(board.promise.realised),
            "groups": board.promise.groups,
            "accounts": board.promise.accounts,
            "accused": board.promise.accused,
        },
        "calibration": _plain(board.calibration_error),
        "scenarios": [
            {
                "name": row.scenario,
                "about": board.about[row.scenario][0],
                "stages": sorted({one.work.stage for one in fleets[row.scenario]}),
                "per_day": max(one.pace.per_day for one in fleets[row.scenario]),
                "accounts": row.summary.fleet,
                "logs": row.summary.seeds,
                "false": round((row.summary.false_logs.mean or 0) * row.summary.false_logs.seeds),
                "found": round((row.summary.campaigns_found.mean or 0) * row.summary.campaigns_found.seeds, 3),
            }
            for row in board.rows
            if row.summary is not None and fleets.get(row.scenario)
        ],
    }


def error_rates(like: CampaignLike, code: str) -> ErrorRates:
    """The rates that say something of a campaign like this one.

    Args:
        like: What the campaign is like.
        code: Digest of the code that found it (`board_plan.code_digest`).
    """
    known: dict[str, Any] = json.loads((files("stillwatch.evaluation") / FILE).read_text("utf-8"))
    alike = [one for one in known["scenarios"] if _is_like(one, like)]
    because = (
        f"{len(alike)} scenarios of the board have such a fleet: {', '.join(one['name'] for one in alike)}"
        if alike
        else "no scenario of the board has a fleet like this one, so only what holds for every log is stated"
    )
    return ErrorRates(
        rates=(*_of_every_log(known), *(_of_such_fleets(alike) if alike else ())),
        because=because,
        is_same_code=known["codes"] == [code],
    )


def _is_like(row: dict[str, Any], like: CampaignLike) -> bool:
    return (
        bool(like.stages & set(row["stages"]))
        and 1 / _SAME_RATE <= like.per_day / row["per_day"] <= _SAME_RATE
        and 1 / _SAME_SIZE <= like.accounts / row["accounts"] <= _SAME_SIZE
    )


def _of_every_log(known: dict[str, Any]) -> Iterator[ErrorRate]:
    none = known["none_harvests"]
    basis = f"{none['logs']['logs']} composed logs in which nobody harvests, {none['accounts']:,} accounts; {_EXACT}"
    yield _rate("logs without a campaign in which a group was reported", none["logs"], basis)
    text = "how far stated confidence of accused accounts lies from the share that was guilty"
    yield _rate(text, known["calibration"], f"all logs of the board; {_DRAWN}")


def _of_such_fleets(alike: list[dict[str, Any]]) -> Iterator[ErrorRate]:
    logs = sum(one["logs"] for one in alike)
    basis = f"{logs} composed logs of {len(alike)} scenarios; {_EXACT}"
    false = share_of(sum(one["false"] for one in alike), logs)
    yield _rate("logs with such a fleet in which a reported group was mostly innocent", _plain(false), basis)
    missed = share_of(logs - math.floor(sum(one["found"] for one in alike)), logs)
    yield _rate("logs with such a fleet in which it was missed, or one of several", _plain(missed), basis)


def _rate(what: str, measure: dict[str, Any], basis: str) -> ErrorRate:
    return ErrorRate(what=what, **measure, basis=basis)


def _plain(one: Measure) -> dict[str, Any]:
    return {"mean": one.mean, "low": one.low, "high": one.high, "logs": one.seeds}
