"""Whether fresh figures have fallen behind committed ones.

>>> fallen({"recall": 0.9}, {"recall": 0.95})
()
>>> fallen({"recall": 0.9}, {"recall": 0.8})
('recall fell from 0.9 to 0.8, more than 0.02',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLERANCES: Final = {
    "recall": (+1, 0.02),
    "precision": (+1, 0.02),
    "found": (+1, 0.0),
    "operators_separated": (+1, 0.0),
    "purity": (+1, 0.02),
    "v_measure": (+1, 0.02),
    "false_campaigns": (-1, 0.0),
    "innocents_accused": (-1, 1.0),
}
"""Measure → whether more is better (+1) or worse (-1), and how far it may move for the worse."""


def fallen(committed: Mapping[str, Any], fresh: Mapping[str, Any]) -> tuple[str, ...]:
    """What got worse beyond its tolerance, in words; a figure that got better is no concern here."""
    return tuple(
        f"{name} {'fell' if better > 0 else 'rose'} from {committed[name]:g} to {fresh[name]:g}, more than {most:g}"
        for name, (better, most) in TOLERANCES.items()
        if name in committed and (committed[name] - fresh[name]) * better > most + 1e-9
    )
