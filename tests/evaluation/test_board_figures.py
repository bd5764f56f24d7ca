from pathlib import Path

import orjson
import pytest
from board_factory import FULL, LOGS, MISSED, SCORE, log, write_board

from stillwatch.core.errors import InputError
from stillwatch.detection.shelves import links, signals
from stillwatch.evaluation.board_figures import read_board
from stillwatch.evaluation.intervals import Measure
from stillwatch.evaluation.reliability import as_json, reliability


@pytest.fixture
def board(tmp_path):
    return read_board(write_board(tmp_path))


def test_seeds_of_a_scenario_are_one_row(board):
    assert [row.scenario for row in board.rows] == ["benign_only", "cover_90", "rate_026", "replay"]
    row = board.rows[2]
    assert (row.seeds, row.exchanges, row.summary.precision) == ((1, 2), 2000, Measure(0.94, 0.88, 1.0, 2))
    assert row.exposure == Measure(0.3, None, None, 1)


def test_a_failure_is_a_row_without_figures(board):
    assert (board.rows[3].summary, board.rows[3].errors) == (None, ("ValueError: <b>broken</b>",))


def test_curves_name_their_levels(board):
    assert [(one.label, one.recall.mean) for one in board.curves["share of cover traffic"]] == [
        ("none", 1.0),
        ("90 %", 0.0),
    ]


def test_peers_and_parts_stand_beside_the_whole(board):
    assert [row.detector for row in board.peers["rate_026"]] == ["stillwatch", "baseline:risk_score"]
    assert [row.detector for row in board.parts["rate_026"]] == ["stillwatch", "only:handover", "without:handover"]
    assert board.parts["rate_026"][2].summary.recall == FULL


def test_what_is_missing_or_out_of_date_is_told(tmp_path):
    board = read_board(write_board(tmp_path, (*LOGS, log("sweep", code="bbb"))))
    assert board.codes == ("aaa", "bbb")
    assert "pivot" in board.missing
    assert "sweep" not in board.missing
    assert board.reasons == {"cover_90": "Too <little> is left to share."}


def test_a_strange_file_is_refused(tmp_path):
    (tmp_path / "not-ours.json").write_text("[]")
    with pytest.raises(InputError, match="no figures of ours"):
        read_board(tmp_path)


def test_the_promise_counts_false_reports_where_nobody_harvests(tmp_path):
    quiet = MISSED | {"campaigns": []}
    false = quiet | {"reported": 2, "innocents_accused": 5, "false_campaigns": 2, "false_share": 1.0}
    logs = [log("benign_many", seed=seed, detectors={"stillwatch": quiet if seed > 1 else false}) for seed in (1, 2, 3)]
    promise = read_board(write_board(tmp_path, (*LOGS[:1], *logs))).promise
    assert (promise.realised.mean, promise.realised.seeds) == (0.3333, 3)
    assert (promise.groups, promise.accounts, promise.accused) == (2, 600, 5)


def test_confidence_of_all_logs_is_pooled(tmp_path):
    one = SCORE | {"reliability": as_json(reliability([(0.96, True), (0.97, False)]))}
    board = read_board(write_board(tmp_path, [log("rate_026", detectors={"stillwatch": one}), log("sweep")]))
    assert (board.reliability.members, board.reliability.bins[0].share) == (2, 0.5)


def test_fleet_sizes_are_those_of_the_logs(board):
    assert [one.label for one in board.curves["accounts of the fleet"]] == ["30"]


COMMITTED = Path(__file__).parents[2] / "evaluation" / "board"


def test_a_shelf_item_without_a_row_stays_experimental():
    """Stable is what the board has seen alone and left out; a new file on a shelf begins as experimental."""
    rows = {
        name
        for path in COMMITTED.glob("*-*.json")
        for name, found in orjson.loads(path.read_bytes())["detectors"].items()
        if "error" not in found
    }
    stable = [one.name for one in (*links(), *signals()) if one.status == "stable"]
    unseen = [name for name in stable if not {f"only:{name}", f"without:{name}"} <= rows]
    assert not unseen, f"{unseen}: run `make board`, or say experimental"
