"""The fast part of the board: fresh figures may not fall behind the committed ones."""

from importlib.resources import files
from pathlib import Path

import orjson
import pytest

from stillwatch.evaluation import board_run
from stillwatch.evaluation.board_compare import fallen
from stillwatch.evaluation.board_plan import BoardLog, code_digest, load_plan
from stillwatch.evaluation.board_run import Ground, run_board, run_log

COMMITTED = Path(__file__).parents[2] / "evaluation" / "board" / "fast"
FAST = load_plan(Path(str(files("stillwatch.evaluation") / "board_fast.toml")))


@pytest.mark.parametrize("log", FAST, ids=lambda one: one.scenario)
def test_no_committed_figure_falls(log, tmp_path):
    committed = orjson.loads((COMMITTED / log.file_name).read_bytes())["detectors"]
    fresh = run_log(log, Ground(tmp_path / "out", tmp_path / "work", None), code_digest())["detectors"]
    worse = {name: fallen(committed[name], found) for name, found in fresh.items()}
    assert worse == dict.fromkeys(worse, ()), "if the fall is right, run `make board` and commit evaluation/board"


SMALL = BoardLog("small_fleet", 1, 0.03, ("whole",))


def test_a_run_goes_on_where_it_was(tmp_path, monkeypatch):
    made = []

    def fake(_bench, detector):
        made.append(detector)
        if detector != "stillwatch":
            raise ValueError("no such thing")
        return {"schema": "stillwatch.campaigns/1", "campaigns": []}

    monkeypatch.setattr(board_run._Bench, "report", fake)
    ground = Ground(tmp_path, tmp_path / "work", None)
    more = SMALL._replace(measures=("whole", "baselines"))
    run_log(SMALL, ground, "v1")
    found = run_log(more, ground, "v1")
    assert made[0] == "stillwatch"
    assert made.count("stillwatch") == 1
    assert found["detectors"]["stillwatch"]["recall"] == 0.0
    assert found["detectors"]["baseline:risk_score"] == {"error": "ValueError: no such thing"}
    assert orjson.loads((tmp_path / SMALL.file_name).read_bytes()) == found
    assert list((tmp_path / "work").iterdir()) == []
    run_log(SMALL, ground, "v2")
    assert made.count("stillwatch") == 2


def test_several_workers_come_to_the_end_of_the_plan(tmp_path):
    """With nothing to measure, so that only the dealing out is tried; one log stands there twice."""
    idle = BoardLog("benign_many", 1, 0.02, ())
    told = []
    plan = [idle, idle._replace(seed=2), idle, BoardLog("judged", 1, 0.02, ("whole",))]
    run_board(plan, Ground(tmp_path / "out", tmp_path / "work", None), lambda *now: told.append(now), workers=2)
    assert (told[0], told[-1]) == (("logs", 0, 3), ("logs", 3, 3))


def test_entries_of_one_log_never_run_together():
    plan = [SMALL, SMALL._replace(measures=("leaks",)), SMALL._replace(seed=2), SMALL._replace(seed=3)]
    assert board_run._free(plan, set(), 2) == [plan[0], plan[2]]
    assert board_run._free(plan, {SMALL.file_name}, 2) == [plan[2], plan[3]]
    assert board_run._free(plan, {SMALL.file_name}, 0) == []
