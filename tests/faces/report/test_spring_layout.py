from __future__ import annotations

import numpy as np
import pytest

from stillwatch.faces.report.spring_layout import spring_layout


def ring(nodes: int) -> np.ndarray:
    return np.array([(node, (node + 1) % nodes) for node in range(nodes)], dtype=np.int64).reshape(-1, 2)


@pytest.mark.parametrize("nodes", [0, 1, 2, 3, 40, 220])
def test_places_lie_in_the_box(nodes: int):
    places = spring_layout(nodes, ring(nodes))
    assert places.shape == (nodes, 2)
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()


def test_the_same_graph_gets_the_same_places():
    assert (spring_layout(30, ring(30)) == spring_layout(30, ring(30))).all()


def test_tied_nodes_lie_closer_than_others():
    clique = [(a, b) for a in range(8) for b in range(a)]
    ties = np.array(clique + [(a + 8, b + 8) for a, b in clique] + [(0, 8)], dtype=np.int64)
    places = spring_layout(16, ties)
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(-1))
    assert distance[:8, :8].mean() < distance[:8, 8:].mean() / 1.5


def test_nodes_do_not_cover_one_another():
    places = spring_layout(120, np.array([(0, node) for node in range(1, 120)]), gap=0.02) * [1, 1 / 1.5]
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(-1)) + np.eye(120)
    assert distance.min() > 0.008
