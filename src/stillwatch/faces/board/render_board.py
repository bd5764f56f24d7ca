"""The board as one HTML file that opens from disk and asks no network for anything.

Path("evaluation/board/index.html").write_text(render_board(board), encoding="utf-8")
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stillwatch.detection.shelves import links
from stillwatch.evaluation.board_cells import COLUMNS, cells_of, worst_cells
from stillwatch.faces.board.curve_chart import draw_curve
from stillwatch.faces.board.reliability_chart import draw_reliability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.evaluation.board_figures import Board, Row
    from stillwatch.evaluation.intervals import Measure

_STEPS: Final = 8
_FELT: Final = 0.005


class _Effect(NamedTuple):
    """What a part does: the figures without it, and with it alone on its shelf."""

    part: str
    without: Row | None
    alone: Row | None
    matters: bool
    """Whether leaving it out changes recall or precision by half a percent."""


def render_board(board: Board) -> str:
    """Write the page. The same figures give the same page, byte for byte."""
    style = _asset("style.css")
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=style,
            policy=f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'",
            board=board,
            columns=COLUMNS,
            heat=[(row, cells_of(board, row)) for row in board.rows],
            labels={one.name: one.label for one in COLUMNS},
            worst=worst_cells(board),
            totals=_totals(board.rows),
            charts=[draw_curve(axis, points) for axis, points in board.curves.items() if points],
            trust=draw_reliability(board.reliability),
            effects={scenario: _effects(rows) for scenario, rows in board.parts.items()},
            whole_of={row.scenario: row for row in board.rows},
            link_names={one.name for one in links()},
        )
    )


class _Totals(NamedTuple):
    logs: int
    exchanges: int
    accounts: int
    complete: int
    """Scenarios in which every campaign was found and nobody innocent accused."""
    found_all: int
    with_campaigns: int
    accused: int
    """Scenarios in which somebody innocent was accused."""


def _totals(rows: Sequence[Row]) -> _Totals:
    scored = [(row, row.summary) for row in rows if row.summary is not None]
    with_campaigns = [one for _, one in scored if one.campaigns_found.mean is not None]
    found_all = [one for one in with_campaigns if one.campaigns_found.mean == 1]
    return _Totals(
        logs=sum(len(row.seeds) for row in rows),
        exchanges=sum(row.exchanges for row in rows),
        accounts=sum(row.accounts for row in rows),
        complete=sum(not one.innocents_per_million.mean for one in found_all),
        found_all=len(found_all),
        with_campaigns=len(with_campaigns),
        accused=sum(bool(one.innocents_per_million.mean) for _, one in scored),
    )


def _effects(rows: Sequence[Row]) -> list[_Effect]:
    whole = rows[0]
    named = {row.detector: row for row in rows[1:]}
    parts = sorted({name.partition(":")[2] for name in named})
    found = []
    for part in parts:
        without, alone = named.get(f"without:{part}"), named.get(f"only:{part}")
        found.append(_Effect(part, without, alone, _differs(whole, without)))
    return sorted(found, key=lambda one: (not one.matters, one.part))


def _differs(whole: Row, other: Row | None) -> bool:
    if other is None or other.summary is None or whole.summary is None:
        return True
    return any(
        abs((getattr(whole.summary, name).mean or 0) - (getattr(other.summary, name).mean or 0)) > _FELT
        for name in ("recall", "precision")
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("stillwatch.faces.board", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "step": lambda badness: min(round(badness * _STEPS), _STEPS),
        "number": lambda value: f"{value:,}",
        "measure": _measure,
        "spread": _spread,
        "plain": lambda name: name.replace("_", " "),
        "kinds": _kinds,
    }
    return environment


def _measure(measure: Measure, digits: int = 2) -> str:
    return "none" if measure.mean is None else f"{measure.mean:,.{digits}f}"


def _spread(measure: Measure) -> str:
    """The interval; nothing where one seed gives none."""
    return "" if measure.low is None or measure.high is None else f"{measure.low:.2f} to {measure.high:.2f}"


def _kinds(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in counts.items())


def _asset(name: str) -> Any:
    text = files("stillwatch.faces.board").joinpath(name).read_text("utf-8").replace("\r\n", "\n")
    return Markup(text)  # noqa: S704 # our own file


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
