"""Groups that workers test come out as those that this process tests, in their order."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest
from proposed import asked_of, candidates_of, told

from exchange_log import quiet
from spread_here import spread_here
from stillwatch.core.errors import SettingsError
from stillwatch.detection.group_tests import group_tests
from stillwatch.detection.spread_group_tests import Workers, spread_group_tests
from stillwatch.detection.world import town
from stillwatch.logs.process_spread import ProcessSpread

sys.path.insert(0, str(Path(__file__).parents[1] / "logs"))
from local_spark import connected_spark, local_spark, why_missing


@pytest.fixture(scope="module")
def world():
    first = town().fleet(12).worded_alike().sharing("params_key")
    return first.fleet(10, per_day=40).worded_alike().sharing("params_key", value=88).holding("payment_key", each=20)


@pytest.fixture(scope="module")
def scene(world):
    return world.scene()


@pytest.fixture(scope="module")
def candidates(world, scene):
    return candidates_of(world, scene)


@pytest.fixture(scope="module")
def expected(scene, candidates):
    found = [told(one) for each in candidates for one in group_tests(scene, each, asked_of(scene))]
    assert sum(one[-1] is not None for one in found) > 1
    return found


def spread_over(spread, scene, candidates, folder, progress=quiet):
    workers = Workers(spread=spread, folder=folder)
    return spread_group_tests(scene, candidates, asked_of(scene), workers, progress)


def test_tests_are_those_of_one_process_in_its_order(scene, candidates, expected, tmp_path, monkeypatch):
    monkeypatch.setattr("stillwatch.detection.spread_group_tests._TASK", 1)
    seen = []
    found = spread_over(spread_here, scene, candidates, tmp_path, lambda *now: seen.append(now))
    assert [told(one) for one in found] == expected
    assert seen == [("testing groups", done, len(candidates)) for done in range(len(candidates) + 1)]
    assert list(tmp_path.iterdir()) == []


def test_answers_name_rows_and_groups_by_number(scene, candidates, tmp_path):
    answers = []

    def listening(work, tasks, what):
        for answer in spread_here(work, tasks, what):
            answers.append(answer)
            yield answer

    found = spread_over(listening, scene, candidates, tmp_path)
    kept = [one.kept for one in found if one.kept]
    tables = {id(each.events.columns.table) for each in candidates}
    assert {id(one.split.events.columns.table) for one in kept} == tables
    assert all(any(one.proposal is each.proposal for each in candidates) for one in kept)
    named = sum(len(one.split.events) + len(one.tested.suspects.events) for one in kept)
    assert sum(map(len, answers)) < 16 * named + 2000 * len(found)
    assert sum(map(len, answers)) < len(pickle.dumps(candidates[0].events.columns.table))
    assert not any(one.split.answers or one.tested.suspects.answers for one in kept)


def test_costly_groups_come_first_and_cheap_ones_together(scene, candidates, tmp_path, monkeypatch):
    monkeypatch.setattr("stillwatch.detection.spread_group_tests._TASK", 5000)
    given = []

    def noting(work, tasks, what):
        given.extend(tasks)
        return spread_here(work, tasks, what)

    spread_over(noting, scene, candidates, tmp_path)
    places = [place for task in given for place in task]
    assert sorted(places) == list(range(len(candidates)))
    sizes = [len(candidates[place].events) for place in places]
    assert sizes == sorted(sizes, reverse=True)
    assert max(map(len, given)) > 1 or max(sizes) >= 3000


def test_little_to_test_is_not_worth_workers(candidates, tmp_path):
    assert not Workers(spread=spread_here, folder=tmp_path).are_worth(candidates)
    all_of_it = sum(2000 + len(each.events) for each in candidates)
    assert Workers(spread=spread_here, folder=tmp_path, least_cost=all_of_it).are_worth(candidates)
    assert not Workers(spread=spread_here, folder=tmp_path, least_cost=all_of_it + 1).are_worth(candidates)
    assert Workers(spread=spread_here, folder=tmp_path, count=2, least_cost=all_of_it // 2).are_worth(candidates)
    assert not Workers(spread=spread_here, folder=tmp_path, count=2, least_cost=all_of_it // 2 + 1).are_worth(
        candidates
    )


def test_a_worker_that_does_not_see_the_folder_says_so(scene, candidates, tmp_path):
    def elsewhere(work, tasks, what):
        hidden = (tmp_path / "candidates").rename(tmp_path / "hidden")
        try:
            yield from spread_here(work, tasks, what)
        finally:
            hidden.rename(tmp_path / "candidates")

    with pytest.raises(SettingsError, match=r"cannot read it.*--store"):
        spread_over(elsewhere, scene, candidates, tmp_path)


@pytest.mark.slow
def test_two_processes_find_the_same(scene, candidates, expected, tmp_path):
    assert [told(one) for one in spread_over(ProcessSpread(2), scene, candidates, tmp_path)] == expected


@pytest.mark.slow
@pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")
@pytest.mark.parametrize("spark", [local_spark, connected_spark], ids=["context", "connect"])
def test_the_executors_of_spark_find_the_same(spark, scene, candidates, expected, tmp_path):
    with spark() as session:
        from stillwatch.logs.spark_spread import SparkSpread

        found = spread_over(SparkSpread(session, 4), scene, candidates, tmp_path)
    assert [told(one) for one in found] == expected
