import pytest
from board_factory import write_board

from stillwatch.evaluation.board_cells import COLUMNS, cells_of, worst_cells
from stillwatch.evaluation.board_figures import read_board


@pytest.fixture
def board(tmp_path):
    return read_board(write_board(tmp_path))


def shown(board, scenario):
    (row,) = (one for one in board.rows if one.scenario == scenario)
    return {cell.measure: (cell.shown, round(cell.badness, 2)) for cell in cells_of(board, row)}


def test_a_cell_says_how_far_it_is_from_the_best(board):
    cells = shown(board, "rate_026")
    assert list(cells) == [one.name for one in COLUMNS]
    assert cells["precision"] == ("0.94", 0.06)
    assert cells["innocents_per_million"] == ("2,000", 0.1)
    assert cells["twins"] == ("4", 0.2)
    assert cells["exposure"] == ("0.30", 0.3)


def test_what_does_not_apply_is_empty_and_what_failed_is_worst(board):
    assert shown(board, "benign_only")["recall"] == ("", 0.0)
    assert set(shown(board, "replay").values()) == {("failed", 1.0)}


def test_the_worst_figures_are_of_different_scenarios(board):
    worst = worst_cells(board)
    assert [(cell.scenario, cell.badness) for cell in worst] == [("replay", 1.0), ("cover_90", 1.0), ("rate_026", 0.3)]
    assert worst[1].reason == "Too <little> is left to share."
