"""The board's rows of early warnings: who was warned of, how early, and how often in error.

warning_rows(logs)[0].lead_share
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.evaluation.board_plan import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence


class WarningRow(NamedTuple):
    """Early warnings of one scenario, all seeds together."""

    scenario: str
    seeds: int
    operators: int
    """That prepared a campaign; 0 where nobody replayed the log for it."""
    warned: int
    """Of them, warned of before their campaign was reported."""
    kinds: tuple[str, ...]
    """Precursors by which they were."""
    lead_exchanges: float | None
    """Exchanges of the campaign between the warning and the report, or its end; mean over operators warned of."""
    lead_share: float | None
    """The same as a share of the campaign."""
    false_warnings: int
    """On whole logs."""
    innocents_per_million: float
    """Innocent accounts in warnings, of the innocent accounts of the whole logs."""


def warning_rows(logs: Sequence[dict[str, Any]]) -> tuple[WarningRow, ...]:
    """By scenario, those that were replayed for warnings and those in which one was false."""
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for log in logs:
        if "warnings" in log["detectors"].get(WHOLE, {}):
            held[log["scenario"]].append(log)
    rows = (_warning_row(scenario, held[scenario]) for scenario in sorted(held))
    return tuple(row for row in rows if row.operators or row.false_warnings)


def _warning_row(scenario: str, logs: list[dict[str, Any]]) -> WarningRow:
    found = [log["detectors"][WHOLE]["warnings"] for log in logs]
    leads = [one for log in logs for one in log.get("warnings", {}).get("leads", ())]
    warned = [one for one in leads if one["warned_after"] is not None]
    gained = [_flagged(one) - one["warned_after"] for one in warned]
    shares = [lead / max(1, one["exchanges"]) for lead, one in zip(gained, warned, strict=True)]
    return WarningRow(
        scenario=scenario,
        seeds=len(logs),
        operators=len(leads),
        warned=len(warned),
        kinds=tuple(sorted({kind for one in warned for kind in one["kinds"]})),
        lead_exchanges=sum(gained) / len(gained) if gained else None,
        lead_share=sum(shares) / len(shares) if shares else None,
        false_warnings=sum(one["false_warnings"] for one in found),
        innocents_per_million=sum(one["innocents_per_million"] for one in found) / len(found),
    )


def _flagged(lead: dict[str, Any]) -> int:
    after = lead["flagged_after"]
    return int(lead["exchanges"] if after is None else after)
