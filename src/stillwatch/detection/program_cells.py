"""Cells of one program: accounts that mostly use the same request parameters and the same client.

A pipeline has one of each, so a fleet too small or too plain for its wording to stand out is still one cell. Cells are
screened by how evenly their accounts are loaded; those passed over count as tested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.detection.link import Hub
from stillwatch.detection.rhythm import even_load, rate_density
from stillwatch.detection.scene import LEAST_ACCOUNTS
from stillwatch.detection.usual import LEAST_OTHERS, active_days

if TYPE_CHECKING:
    from stillwatch.detection.density import Density
    from stillwatch.detection.scene import Scene
    from stillwatch.logs.window_rows import Ints

_MOST_ACCOUNTS: Final = 5000
_MOST_SHARE: Final = 0.1  # of all accounts: more use the defaults of a popular tool
_LEAST_EXCHANGES: Final = 200


def program_cells(scene: Scene) -> list[Hub]:
    """Every cell worth testing, the most evenly loaded first."""
    params, client = scene.modes["params"], scene.modes["client"]
    known = np.flatnonzero((params != 0) | (client != 0))
    if len(known) < LEAST_ACCOUNTS or len(scene.rate_sample) < LEAST_OTHERS:
        return []
    order = known[np.lexsort((known, client[known], params[known]))]
    is_new = np.append(True, (np.diff(params[order]) != 0) | (np.diff(client[order]) != 0))
    starts = np.flatnonzero(is_new)
    ends = np.append(starts[1:], len(order))
    exchanges = np.add.reduceat(scene.population.exchanges[order], starts)
    most = max(LEAST_ACCOUNTS, min(_MOST_ACCOUNTS, int(_MOST_SHARE * scene.accounts)))
    wanted = (ends - starts >= LEAST_ACCOUNTS) & (ends - starts <= most) & (exchanges >= _LEAST_EXCHANGES)
    usual = rate_density(_rates(scene, scene.rate_sample))
    found = []
    for start, end in zip(starts[wanted].tolist(), ends[wanted].tolist(), strict=True):
        cell = np.sort(order[start:end]).astype(np.int64)
        found.append((_evenness(scene, cell, usual), cell))
    none = np.zeros(0, np.int64)
    found.sort(key=lambda one: (one[0], -len(one[1])))
    return [Hub(cell, scene.population.exchanges[cell], none, none) for _, cell in found]


def _evenness(scene: Scene, cell: Ints, usual: Density) -> float:
    count = float(np.median(scene.population.exchanges[cell]))
    return even_load(_rates(scene, cell), usual, count=count).p_value


def _rates(scene: Scene, accounts: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return scene.population.exchanges[accounts] / active_days(scene, accounts)
