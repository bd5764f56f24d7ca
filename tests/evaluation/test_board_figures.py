import pytest
from board_factory import FULL, LOGS, log, write_board

from stillwatch.core.errors import InputError
from stillwatch.evaluation.board_figures import read_board
from stillwatch.evaluation.intervals import Measure


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
