"""Files of a screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lists_factory import NOW, add, screened

from stillwatch.core.request_facts import KeyName
from stillwatch.guard.standings import Standings
from stillwatch.service.screening.write_screened import write_screened

if TYPE_CHECKING:
    from pathlib import Path


def test_result_table_and_spreadsheet_say_the_same(tmp_path: Path) -> None:
    add(tmp_path)
    found = screened(tmp_path)
    write_screened(found, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "screen.json").read_bytes())["id"] == found.id
    assert len((tmp_path / "out" / "screen.csv").read_text("utf-8").splitlines()) == len(found.candidates) + 1
    table = Standings((tmp_path / "out" / "screened.bin").read_bytes())
    assert [table.has(KeyName.ACCOUNT, name, at=NOW.timestamp()) for name in ("a-1", "a-3")] == [True, False]
    assert (tmp_path / "out" / "screened.bin").stat().st_mode & 0o777 == 0o640
