"""`stillwatch reviews` without a screen; with one it is tested beside `stillwatch screen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.cli.main import main
from stillwatch.service.screening.records import ScreenRecords

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("list",), 0, ""),
        (("show", "abc"), 2, "no candidate alone begins with 'abc'"),
        (("decide", "abc", "match", "--by", "Ada", "--reason", "x"), 2, "no candidate alone"),
        (("decide", "abc", "open", "--by", "Ada", "--reason", "x"), 2, "'open' is not one of"),
        (("record", "s-1"), 2, "there is no screen 's-1'"),
        (("audit",), 0, ""),
    ],
)
def test_an_empty_record_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    ScreenRecords(tmp_path / "screening.db", clock=lambda: 0.0, must_exist=False).close()
    with pytest.raises(SystemExit) as stopped:
        main(["reviews", *arguments, "--lists", str(tmp_path)])
    assert stopped.value.code == code
    assert says in capsys.readouterr().err
