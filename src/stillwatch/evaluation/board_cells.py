"""The heat map's cells: each measure of each scenario as text, and how far it lies from the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.evaluation.board_figures import Board, Cell, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.evaluation.intervals import Measure
    from stillwatch.evaluation.summary import Summary

_WORST: Final = 5
_MANY_INNOCENTS: Final = 20_000.0
"""Innocents accused per million at which a cell is as dark as it gets: one in fifty."""


class MeasureColumn(NamedTuple):
    name: str
    label: str
    meaning: str


COLUMNS: Final = (
    MeasureColumn("recall", "Recall", "share of the campaigns' accounts that are accused"),
    MeasureColumn("precision", "Precision", "share of the accused accounts that are campaigns'"),
    MeasureColumn(
        "campaigns_found", "Found", "share of the campaigns found: half of the accounts, in a group mostly theirs"
    ),
    MeasureColumn("operators_separated", "Separated", "share of the operators with a reported group of their own"),
    MeasureColumn(
        "v_measure", "V\N{NON-BREAKING HYPHEN}measure", "agreement of reported groups with operators, over all accounts"
    ),
    MeasureColumn(
        "false_share", "False groups", "share of the reported groups that are mostly innocent; promised: at most 0.01"
    ),
    MeasureColumn(
        "innocents_per_million", "Innocents per million", "innocent accounts accused, per million innocent accounts"
    ),
    MeasureColumn("twins", "Twins accused", "accounts of honest twins accused, all seeds together"),
    MeasureColumn(
        "exposure",
        "Exposure",
        "share of the output tokens taken before the campaign was first told of by a watch that looks every hour",
    ),
)


def cells_of(board: Board, row: Row) -> tuple[Cell, ...]:
    """One cell a column."""
    reason = board.reasons.get(row.scenario, "")
    if row.summary is None:
        return tuple(Cell(row.scenario, one.name, "failed", 1.0, reason) for one in COLUMNS)
    return tuple(_cell(row, row.summary, one.name, reason) for one in COLUMNS)


def _cell(row: Row, summary: Summary, name: str, reason: str) -> Cell:
    if name == "twins":
        count = sum(summary.twins_accused.values())
        return Cell(row.scenario, name, str(count), min(count / 20, 1.0), reason)
    measure: Measure = row.exposure if name == "exposure" else getattr(summary, name)
    if measure.mean is None:
        return Cell(row.scenario, name, "", 0.0, reason)
    badness: Callable[[float], float] = {
        "false_share": lambda value: value,
        "exposure": lambda value: value,
        "innocents_per_million": lambda value: min(value / _MANY_INNOCENTS, 1.0),
    }.get(name, lambda value: 1 - value)
    shown = f"{measure.mean:,.0f}" if name == "innocents_per_million" else f"{measure.mean:.2f}"
    return Cell(row.scenario, name, shown, badness(measure.mean), reason)


def worst_cells(board: Board) -> tuple[Cell, ...]:
    """The worst figure of each of the five worst scenarios: two cells of one failure would hide another."""
    rows = [cells_of(board, row) for row in board.rows]
    ranked = sorted(
        rows, key=lambda cells: (-max(cell.badness for cell in cells), -sum(cell.badness for cell in cells))
    )
    worst = (max(cells, key=lambda cell: cell.badness) for cells in ranked)
    return tuple(cell for cell in worst if cell.badness > 0)[:_WORST]
