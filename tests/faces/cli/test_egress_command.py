from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from flow_logs import HOST, record, write
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.leaf_entry import digest_of_file
from stillwatch.faces.cli.egress_command import egress_command
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def _run(tmp_path: Path, records: list[dict[str, Any]], *more: str) -> Result:
    budget = tmp_path / "egress.toml"
    text = f'[[host]]\nname = "vault-1"\naddresses = ["{HOST}"]\nweights = "4G"\nallowed = ["10.9.0.0/16"]\n'
    budget.write_text(text)
    log = write(tmp_path / "flows.json", records)
    said = [str(budget), str(log), "--out", str(tmp_path / "out"), *more]
    return CliRunner().invoke(egress_command, said, standalone_mode=False)


@pytest.mark.parametrize(
    ("target", "source", "code"), [("198.51.100.23", HOST, 1), ("10.9.0.4", HOST, 0), ("10.9.0.4", "10.0.9.9", 3)]
)
def test_exits(tmp_path: Path, target: str, source: str, code: int) -> None:
    done = _run(tmp_path, [record(0, target, 20 << 20, source=source)])
    assert done.return_value == code, done.output
    assert (tmp_path / "out/egress.html").read_text("utf-8").startswith("<!doctype html>")


def test_the_document_and_its_leaf(tmp_path: Path) -> None:
    EvidenceLog.make(tmp_path / "evidence", "log.example", clock=lambda: 0.0)
    done = _run(tmp_path, [record(0, "198.51.100.23", 20 << 20)], "--json", "--log", str(tmp_path / "evidence"))
    assert json.loads(done.output)["findings"][0]["destination"] == "198.51.100.23"
    (leaf,) = EvidenceLog.open(tmp_path / "evidence", clock=lambda: 0.0).leaves()
    assert (leaf.kind, leaf.sha256) == (LeafKind.FINDING, digest_of_file(tmp_path / "out/egress.json"))
