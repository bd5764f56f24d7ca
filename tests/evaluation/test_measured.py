"""The error rates that are carried along are those of the committed board, and are taken only where they fit."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from stillwatch.evaluation.board_figures import read_board
from stillwatch.evaluation.measured import FILE, campaign_like, error_rates, measured_of

_BOARD = Path(__file__).parents[2] / "evaluation" / "board"


def test_what_is_carried_along_is_the_board():
    carried = json.loads((files("stillwatch.evaluation") / FILE).read_text("utf-8"))
    assert carried == json.loads(json.dumps(measured_of(read_board(_BOARD)))), "run `make docs`"


def test_a_fleet_like_one_of_the_board_has_the_rates_of_such_fleets():
    found = error_rates(campaign_like(accounts=40, per_day=26, roles=("reward_model",)), "another code")
    assert "grading" in found.because
    assert len(found.rates) == 4
    assert all(one.low is not None for one in found.rates)
    assert found.rates[0].low <= found.rates[0].mean <= found.rates[0].high
    assert not found.is_same_code


def test_a_fleet_like_none_of_them_has_only_what_holds_for_every_log():
    found = error_rates(campaign_like(accounts=40, per_day=90_000, roles=()), "another code")
    assert "no scenario" in found.because
    assert len(found.rates) == 2


def test_roles_that_no_scenario_has_count_as_a_plain_harvest():
    assert campaign_like(accounts=1, per_day=1, roles=("sampling",)).stages == {"plain"}
    assert campaign_like(accounts=1, per_day=1, roles=("sampling", "cleaning")).stages == {"cleaning"}
