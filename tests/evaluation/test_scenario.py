from importlib.resources import files

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.scenario import load_scenario, read_scenario

PEOPLE = {"name": "people", "kind": "chat_people"}


def test_a_kind_gives_what_the_population_leaves_out():
    (one,) = read_scenario({"name": "x", "population": [PEOPLE | {"pace": {"per_day": 9}}]}, where="x").population
    assert (one.pace.per_day, one.pace.rhythm, one.label) == (9.0, "person", "benign")


@pytest.mark.parametrize(
    ("population", "message"),
    [
        (PEOPLE | {"kind": "crowd"}, "unknown kind 'crowd'"),
        (PEOPLE | {"colour": 1}, "unknown field 'colour'"),
        (PEOPLE | {"pace": {"per_day": "ten"}}, "pace: per_day: 'ten' does not fit"),
        (PEOPLE | {"work": {"draw": "lots"}}, "draw: 'lots' does not fit"),
        (PEOPLE | {"work": {"prompts_of": "later"}}, "refers to 'later'"),
    ],
)
def test_mistakes_are_named_with_their_place(population, message):
    with pytest.raises(InputError, match=message):
        read_scenario({"name": "x", "population": [population]}, where="x.toml")


def test_nothing_to_compose_is_refused():
    with pytest.raises(InputError, match="no population"):
        read_scenario({"name": "x"}, where="x")


def test_the_library_loads():
    folder = files("stillwatch.evaluation") / "scenarios"
    names = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    assert len(names) > 30
    for path in names:
        assert load_scenario(path).name == path.name.removesuffix(".toml")


def test_scale_keeps_groups_groups():
    scenario = read_scenario({"name": "x", "population": [PEOPLE | {"accounts": 100}]}, where="x")
    assert [scenario.scaled(factor).population[0].accounts for factor in (0.001, 0.5, 2)] == [2, 50, 200]
