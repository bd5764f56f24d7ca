from exchange_log import quiet
from stillwatch.service.board import BoardSettings, run_board, stored_board

PLAN = '[[log]]\nscenarios = ["small_fleet", "bare_maths"]\nseeds = [1]\nscale = 0.05\nmeasures = ["whole"]\n'


def test_a_plan_is_run_and_what_needs_corpora_is_left_out(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    settings = BoardSettings(out=tmp_path / "board", work=tmp_path / "work", plan=plan)
    board = run_board(settings, quiet)
    assert [row.scenario for row in board.rows] == ["small_fleet"]
    assert board.rows[0].errors == ()
    assert "bare_maths" in board.missing
    assert stored_board(settings.out) == board
