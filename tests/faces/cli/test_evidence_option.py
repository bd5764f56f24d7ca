from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.evidence_option import EVIDENCE, notebook_at
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@EVIDENCE
def _command(evidence: Path | None) -> None:
    book = notebook_at(evidence)
    click.echo("nowhere" if book is None else str(book.log.folder))


def _said(*arguments: str, **environment: str) -> str:
    return CliRunner().invoke(_command, arguments, env=environment, catch_exceptions=False).output.strip()


def test_it_is_named_by_an_option_or_by_the_environment_or_not_at_all(tmp_path: Path) -> None:
    folder = str(tmp_path / "e")
    EvidenceLog.make(tmp_path / "e", "log.example", clock=lambda: 0.0)
    assert _said() == "nowhere"
    assert _said("--evidence", folder) == _said(STILLWATCH_EVIDENCE=folder) == folder


def test_a_folder_without_a_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no transparency log"):
        _said("--evidence", str(tmp_path))
