"""A window on a synthetic world: what detection asks the engine for, answered from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.detection.scene import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.world import World
    from stillwatch.logs.window_rows import Events, Group, Ints


class WorldWindow:
    """Stands in for `logs.window.Window`: exchanges of groups, names and excerpts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._events = world.events()

    def events(self, groups: Sequence[Group]) -> list[Events]:
        return [self._of(group) for group in groups]

    def _of(self, group: Group) -> Events:
        mine = np.isin(self._events["account_no"], group.accounts)
        if len(group.keys):
            mine &= self._events["is_in_focus"] == 1
        return select(self._events, mine)

    def names(self) -> np.ndarray:
        return np.array([f"acct-{account}" for account in range(len(self._world.profile))], dtype=object)

    def excerpts(self, asked: Sequence[Ints]) -> list[list[tuple[int, str, str]]]:
        head = "You are a careful tutor. Explain the following concept to a beginner in ten steps:"
        return [
            [(int(number), "Be brief.", f"{head} subject {number} at mail@example.org") for number in numbers[:20]]
            for numbers in asked
        ]
