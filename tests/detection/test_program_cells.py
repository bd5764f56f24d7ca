from __future__ import annotations

from stillwatch.detection.program_cells import program_cells
from stillwatch.detection.world import town
from stillwatch.detection.world_people import POPULAR


def cells(world):
    return [hub.accounts.tolist() for hub in program_cells(world.scene())]


def test_one_configuration_and_one_client_are_a_cell():
    world = town().fleet(8).sharing("params_key").sharing("client_key")
    assert cells(world)[0] == world.focus.tolist()


def test_the_most_evenly_loaded_cell_comes_first():
    people = town(300).people(9).sharing("params_key", value=5).sharing("client_key", value=5)
    fleet = people.fleet(6).sharing("params_key").sharing("client_key")
    assert cells(fleet)[0] == fleet.focus.tolist()
    assert people.focus.tolist() in cells(fleet)


def test_the_defaults_of_a_popular_tool_are_no_cell():
    world = town(80).people(40).sharing("params_key", value=POPULAR).sharing("client_key", value=POPULAR)
    assert all(len(cell) < 30 for cell in cells(world))


def test_too_small_a_town_has_none():
    assert cells(town(12)) == []
