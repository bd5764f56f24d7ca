"""Places for the nodes of a small graph, the same ones every time.

Tied nodes attract, all nodes repel, and a weak pull to the middle keeps the loose ones on the page (Fruchterman and
Reingold, 1991). Every pair repels in each round, so the caller keeps the graph to a few hundred nodes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]
"""One row a node: x and y, each within 0..1."""

_ROUNDS: Final = 160
_SETTLING: Final = 24
_GOLDEN_ANGLE: Final = np.pi * (3 - np.sqrt(5))


def spring_layout(nodes: int, ties: NDArray[np.int64], *, gap: float = 0.03, aspect: float = 1.5) -> Places:
    """Lay out `nodes` nodes; `ties` has one row a tie: the two node numbers. `gap` keeps nodes apart, in widths."""
    if nodes == 0:
        return np.zeros((0, 2))
    places = _simulate(_spiral(nodes), ties)
    scale = np.array([1.0, 1 / aspect])
    apart: Places = _apart(_fit(places) * scale, gap=gap, box=scale) / scale
    return apart


def _spiral(nodes: int) -> Places:
    order = np.arange(nodes)
    radius = np.sqrt((order + 0.5) / nodes)
    return np.column_stack((radius * np.cos(order * _GOLDEN_ANGLE), radius * np.sin(order * _GOLDEN_ANGLE)))


def _simulate(places: Places, ties: NDArray[np.int64]) -> Places:
    nodes = len(places)
    natural = 1.6 / np.sqrt(nodes)
    tied = np.zeros((nodes, nodes))
    tied[ties[:, 0], ties[:, 1]] = 1.0
    tied = np.maximum(tied, tied.T)
    # A node of many ties would otherwise be pulled as hard as all its ties together and every graph would be a ball.
    pull = tied / np.sqrt(np.maximum(1.0, np.minimum.outer(tied.sum(0), tied.sum(0))))
    for heat in np.linspace(0.25, 0.005, _ROUNDS):
        away = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((away**2).sum(-1)) + 1e-9
        force = natural**2 / distance**2 - pull * distance / natural
        moves = (away * force[..., None]).sum(1) - places * 0.6
        length = np.sqrt((moves**2).sum(1))[:, None] + 1e-12
        places = places + moves / length * np.minimum(length, heat)
    return places


def _fit(places: Places) -> Places:
    """Turn the longest side level and fill the box."""
    centred = places - places.mean(0)
    if len(places) > 2:
        _, _, axes = np.linalg.svd(centred, full_matrices=False)
        centred = centred @ (axes * np.sign(axes.sum(1) + 1e-9)[:, None]).T
    low, high = centred.min(0), centred.max(0)
    return np.where(high - low > 1e-6, (centred - low) / np.maximum(high - low, 1e-6), 0.5)


def _apart(places: Places, *, gap: float, box: NDArray[np.float64]) -> Places:
    """Push nodes that touch away from one another, inside the box."""
    for _ in range(_SETTLING):
        away = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((away**2).sum(-1))
        np.fill_diagonal(distance, np.inf)
        near = np.maximum(0.0, gap - distance) / 2
        if not near.any():
            break
        places = np.clip(places + (away / np.maximum(distance, 1e-9)[..., None] * near[..., None]).sum(1), 0.0, box)
    return places
