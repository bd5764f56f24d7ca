"""The test that links of one facet share: how many members show a value, against how common it is among other
accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.detection.core_group import usual_value_of
from stillwatch.detection.statistics import at_least, bounded

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

_IN_FOCUS: Final = {"params": "params_key", "client": "client_key"}
"""An account may run several programs; the others' are not the group's."""


class FacetTie(NamedTuple):
    key: int
    members: int
    known: int
    usual: float
    """Share of other accounts that show the value."""
    p_value: float


def common_value(scene: Scene, suspects: Suspects, facet: str) -> FacetTie | None:
    """Test the value that most members show: for the program's facets in the exchanges in focus, else on the whole.

    Null: each member takes the value with the probability that other accounts of the log do (with one added to both
    counts, so that an unseen value is not impossible), corrected for the number of values the members show.
    """
    if facet in scene.ignored_facets:
        return None
    mode = scene.modes[facet]
    column = _IN_FOCUS.get(facet)
    mine = mode[suspects.accounts] if column is None else usual_value_of(suspects, column)
    values, counts = np.unique(mine[mine != 0], return_counts=True)
    if len(values) == 0 or counts.max() < 3:
        return None
    top = int(np.argmax(counts))
    everyone = scene.tallies.modes[facet]
    alike = int(everyone.of(values[top : top + 1])[0]) - int(counts[top])
    usual = (alike + 1) / (everyone.known - int(counts.sum()) + 2)
    p_value = bounded(at_least(int(counts[top]) - 1, int(counts.sum()) - 1, usual) * len(values))
    return FacetTie(int(values[top]), int(counts[top]), int(counts.sum()), usual, p_value)
