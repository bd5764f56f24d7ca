"""The scene of a stored log: what links look at agrees with the log that was written."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from exchange_log import exchange, write_log
from small_engine import window_on
from stillwatch.detection.scenery import build_scene
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store


def scene_of(folder, records):
    log = write_log(folder / "log.jsonl", records)
    store = Store.open(folder / "store")
    ingest(store, [log], Reading(workers=1), lambda *_: None)
    window = window_on(store, folder / "spill")
    with closing(window):
        return build_scene(window, window.registry(None), seed=1), list(window.names())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    records = [exchange(number, params='{"temperature":0.2}' if number % 3 else '{"n":2}') for number in range(300)]
    return scene_of(tmp_path_factory.mktemp("scene"), records)


def test_everybody_is_counted_once(built):
    scene, names = built
    assert sorted(names) == [f"acct-{number}" for number in range(10)]
    assert scene.population.exchanges.tolist() == [30] * 10
    assert scene.bins.exchanges.sum() == 300


def test_the_mode_is_the_most_frequent_value(built):
    scene, _ = built
    assert len(set(scene.modes["params"].tolist())) == 1
    assert len(set(scene.modes["address"].tolist())) == 10


def test_a_network_of_everybody_is_ignored_an_address_of_ones_own_is_not(built):
    scene, _ = built
    assert scene.ignored_facets == {"prefix"}


def test_the_reference_holds_time_tables(built):
    scene, _ = built
    assert scene.reference.sum(axis=1).tolist() == scene.population.exchanges[scene.reference_accounts].tolist()


def test_every_account_with_prompts_has_a_profile(built):
    scene, _ = built
    assert scene.profile.shape == (10, 128)
    assert np.isfinite(scene.profile).all()
    assert ((scene.profile >= 0) & (scene.profile <= 1)).all()


WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "islet", "jetty")


def own_wording(number):
    return " ".join(f"{WORDS[number % 10]}{number}{word}" for word in WORDS)


def template(number):
    head = "You are a careful tutor. Explain the following concept to a beginner in ten steps:"
    return f"{head} {WORDS[number % 7]} {number}"


@pytest.mark.parametrize(("sharing", "expected"), [(0, 0.0), (5, 20 / 90), (10, 0.0)])
def test_the_chance_of_sharing_wording_is_that_of_pairs(tmp_path, sharing, expected):
    """What everybody shares is the service's own and no tie."""
    prompts = [template(number) if number % 10 < sharing else own_wording(number) for number in range(200)]
    records = [exchange(number, prompt_text=prompt) for number, prompt in enumerate(prompts)]
    assert scene_of(tmp_path, records)[0].pair_share["template"].of(10**9) == pytest.approx(expected, abs=0.02)


def test_the_same_seed_gives_the_same_scene(tmp_path):
    records = [exchange(number) for number in range(100)]
    first, second = scene_of(tmp_path / "a", records)[0], scene_of(tmp_path / "b", records)[0]
    assert np.array_equal(np.sort(first.reference, axis=0), np.sort(second.reference, axis=0))
