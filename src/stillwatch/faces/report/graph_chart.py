"""The picture of one campaign's members and the ties between them, as SVG that styles and scripts can reach.

Standing is told by shape and by colour: operator = disc, mixed = diamond, victim = triangle.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

from stillwatch.core.campaign import Standing
from stillwatch.faces.report.spring_layout import spring_layout
from stillwatch.faces.report.visible_text import clipped
from stillwatch.faces.report.wording import listed, number, plural, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.core.campaign import Picture, Tie

_WIDTH: Final = 720
_HEIGHT: Final = 440
_MARGIN: Final = 14
_TIES_PER_ACCOUNT: Final = 4
_KINDS_TOLD_APART: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TieKind:
    name: str
    ties: int
    style: str
    """Class of its line: `k0` .. `k4`, the last for all the rarer kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphChart:
    svg: Markup
    kinds: tuple[TieKind, ...]
    standings: tuple[tuple[Standing, int], ...]
    """Standings that are drawn, with the number of accounts of each."""
    text: str
    """What the picture shows, for who cannot see it."""
    note: str
    """What the picture leaves out; empty when it leaves nothing out."""


def draw_graph(picture: Picture, standings: Mapping[str, Standing], *, members: int, most: int) -> GraphChart | None:
    """Draw at most `most` accounts, the most tied first; None when the scan kept no ties."""
    if not picture.ties:
        return None
    accounts = _chosen_accounts(picture, most)
    ties = _chosen_ties(picture.ties, set(accounts))
    kinds = _kinds(ties)
    places = _places(accounts, ties)
    drawn = Counter(standings.get(account, Standing.OPERATOR) for account in accounts)
    return GraphChart(
        svg=_lines(accounts, ties, kinds, places) + _marks(accounts, standings, places),
        kinds=kinds,
        standings=tuple((standing, drawn[standing]) for standing in Standing if drawn[standing]),
        text=_text(len(accounts), len(ties), kinds, drawn),
        note=_note(len(accounts), members, len(ties), len(picture.ties)),
    )


def _chosen_accounts(picture: Picture, most: int) -> list[str]:
    weight = dict.fromkeys(picture.shown_accounts, 0.0)
    for tie in picture.ties:
        for account in (tie.left, tie.right):
            weight[account] = weight.get(account, 0.0) + tie.weight
    return sorted(sorted(weight, key=lambda account: (-weight[account], account))[:most])


def _chosen_ties(ties: Sequence[Tie], accounts: set[str]) -> list[Tie]:
    """Keep the strongest ties of each account, so that every account shows what holds it."""
    kept: list[Tie] = []
    held: Counter[str] = Counter()
    for tie in sorted(ties, key=lambda tie: (-tie.weight, tie.kind, tie.left, tie.right)):
        if not {tie.left, tie.right} <= accounts or tie.left == tie.right:
            continue
        if min(held[tie.left], held[tie.right]) < _TIES_PER_ACCOUNT:
            kept.append(tie)
            held.update((tie.left, tie.right))
    return kept


def _kinds(ties: Sequence[Tie]) -> tuple[TieKind, ...]:
    counted = sorted(Counter(tie.kind for tie in ties).items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        TieKind(name=kind, ties=count, style=f"k{min(rank, _KINDS_TOLD_APART - 1)}")
        for rank, (kind, count) in enumerate(counted)
    )


def _places(accounts: Sequence[str], ties: Sequence[Tie]) -> list[tuple[int, int]]:
    at = {account: index for index, account in enumerate(accounts)}
    pairs = np.array([(at[tie.left], at[tie.right]) for tie in ties], dtype=np.int64).reshape(-1, 2)
    aspect = _WIDTH / _HEIGHT
    box = np.array([_WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN])
    places = spring_layout(len(accounts), pairs, gap=14 / _WIDTH, aspect=aspect) * box + _MARGIN
    return [(round(x), round(y)) for x, y in places]


def _lines(
    accounts: Sequence[str], ties: Sequence[Tie], kinds: Sequence[TieKind], places: Sequence[tuple[int, int]]
) -> Markup:
    at = {account: index for index, account in enumerate(accounts)}
    paths = []
    for number_of_kind, kind in enumerate(kinds):
        ends = [(at[tie.left], at[tie.right]) for tie in ties if tie.kind == kind.name]
        line = "".join(
            f"M{places[left][0]} {places[left][1]}L{places[right][0]} {places[right][1]}" for left, right in ends
        )
        pairs = " ".join(f"{left} {right}" for left, right in ends)
        paths.append(
            Markup('<path class="tie {}" data-kind="{}" data-ends="{}" d="{}"/>').format(
                kind.style, number_of_kind, pairs, line
            )
        )
    return Markup('<g class="ties">{}</g>').format(Markup("").join(paths))


def _marks(accounts: Sequence[str], standings: Mapping[str, Standing], places: Sequence[tuple[int, int]]) -> Markup:
    marks = (
        Markup('<use href="#mark-{0}" class="{0}" x="{1}" y="{2}"><title>{3}</title></use>').format(
            standings.get(account, Standing.OPERATOR).value, x, y, clipped(account, 80)
        )
        for account, (x, y) in zip(accounts, places, strict=True)
    )
    return Markup('<g class="accounts">{}</g>').format(Markup("").join(marks))


def _text(accounts: int, ties: int, kinds: Sequence[TieKind], drawn: Mapping[Standing, int]) -> str:
    by_standing = listed([f"{number(drawn[standing])} {standing.value}" for standing in Standing if drawn[standing]])
    by_kind = listed([f"{words(kind.name)} ({number(kind.ties)})" for kind in kinds], most=6)
    return f"{plural(accounts, 'account')} ({by_standing}) held together by {plural(ties, 'tie')}: {by_kind}."


def _note(accounts: int, members: int, ties: int, all_ties: int) -> str:
    parts = []
    if accounts < members:
        parts.append(f"the {number(accounts)} most tied of {plural(members, 'account')}")
    if ties < all_ties:
        parts.append(f"the {number(ties)} strongest of {plural(all_ties, 'recorded tie')}")
    return f"Drawn are {' and '.join(parts)}." if parts else ""
