from __future__ import annotations

import numpy as np

from stillwatch.detection.world import town
from stillwatch.detection.world_people import START


def test_scene_and_exchanges_agree():
    world = town(30).fleet(5)
    scene, events = world.scene(), world.events()
    assert scene.accounts == 35
    assert scene.population.exchanges.sum() == len(events)
    assert (events["turn"] <= 1).sum() == scene.bins.exchanges.sum()
    assert (np.diff(events["started_at"]) >= 0).all()
    assert scene.population.first_at.min() >= START
    assert (scene.registry.created_at < scene.population.first_at).all()
