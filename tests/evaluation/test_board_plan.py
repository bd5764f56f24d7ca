from collections import defaultdict

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.board_figures import CURVES
from stillwatch.evaluation.board_plan import BoardLog, code_digest, load_plan
from stillwatch.evaluation.library import list_scenarios


def test_the_plan_covers_the_library_and_names_nothing_else():
    planned = {one.scenario for one in load_plan()}
    known = {one.name for one in list_scenarios()}
    assert planned == known - {"speed", "scale"}


def test_a_log_has_one_scale_whatever_names_it():
    scales = {}
    for one in load_plan():
        assert scales.setdefault(one.file_name, one.scale) == one.scale


def test_detectors_by_measure():
    parts = BoardLog("x", 1, 1.0, ("whole", "parts", "baselines")).detectors()
    assert parts[0] == "stillwatch"
    assert {"baseline:shared_keys", "without:shared_template", "only:shared_template"} <= set(parts)
    assert BoardLog("x", 1, 1.0, ("leaks",)).detectors() == ()


HEADLINE = {name for name in (one.name for one in list_scenarios()) if name.startswith(("rate_", "cover_"))}


def seeds_of(measure):
    found = defaultdict(set)
    for one in load_plan():
        if measure in one.measures:
            found[one.scenario].add(one.seed)
    return found


def test_every_scenario_has_two_seeds_and_the_headline_three():
    whole = seeds_of("whole")
    assert {name for name, seeds in whole.items() if len(seeds) < 2} == set()
    assert {name for name in HEADLINE | {"sanitised", "judged"} if len(whole[name]) < 3} == set()


def test_the_promise_is_tried_a_hundred_times():
    assert seeds_of("whole")["benign_many"] == set(range(1, 101))


def test_every_shelf_item_stands_alone_and_is_left_out_on_two_scenarios():
    assert len(seeds_of("parts")) >= 2


def test_a_stopped_board_is_a_small_board():
    """Every axis of the curves has its first seed before anything has its second."""
    plan = load_plan()
    second = next(number for number, one in enumerate(plan) if one.seed == 2 and one.scenario != "benign_many")
    on_curves = {name for places in CURVES.values() for name in places} - {"large_fleet"}
    assert on_curves <= {one.scenario for one in plan[:second]}


def test_seeds_may_be_a_range(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[log]]\nscenarios = ["sample"]\nseeds = "3-5"\nscale = 1\nmeasures = ["whole"]\n')
    assert [one.seed for one in load_plan(path)] == [3, 4, 5]
    path.write_text(path.read_text().replace("3-5", "many"))
    with pytest.raises(InputError, match="no seeds"):
        load_plan(path)


def test_an_unknown_measure_is_named(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[log]]\nscenarios = ["sample"]\nseeds = [1]\nscale = 1\nmeasures = ["speed"]\n')
    with pytest.raises(InputError, match="speed"):
        load_plan(path)


def test_the_digest_is_stable():
    assert code_digest() == code_digest()
    assert len(code_digest()) == 12
