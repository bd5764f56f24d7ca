"""One result becomes its page, several a list, and both are JSON too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from gathered import attribution
from stillwatch.faces.cli.attribute_report import report_command

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: str) -> Result:
    return CliRunner().invoke(report_command, list(arguments), standalone_mode=False)


def results(folder: Path) -> list[str]:
    for name in ("a", "b"):
        (folder / f"{name}.json").write_bytes(attribution())
    return [str(folder / "a.json"), str(folder / "b.json")]


def test_several_are_listed_by_q_value(tmp_path: Path) -> None:
    listed = run(*results(tmp_path), "--out", str(tmp_path / "t.html"), "--tried", "20", "--json")
    assert (listed.exception, listed.return_value) == (None, 0)
    read = json.loads(listed.stdout)
    assert (read["tried"], len(read["suspects"])) == (20, 2)
    assert read["suspects"][0]["log10_q"] > read["suspects"][0]["log10_p"]
    assert "Which suspect to look at first" in (tmp_path / "t.html").read_text("utf-8")


def test_what_is_no_result_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}", "utf-8")
    (tmp_path / "list.json").write_text("[]", "utf-8")
    assert "no result of an attribution" in str(run(str(tmp_path / "no.json")).exception)
    assert "list.json: no result" in str(run(*results(tmp_path), str(tmp_path / "list.json")).exception)
