"""A key is given out only once a log that others can check holds its commitment."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.attribution.key_ring import commitment_of, is_commitment, read_label
from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.service.attribution.commit_keys import commit_keys, committed_key, statement_of
from stillwatch.service.attribution.mark_keys import MarkKeys
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LABELS = tuple(map(read_label, ("global/2026-11-16", "cohort/c-1/2026-11-16", "grant/g-1")))


@pytest.fixture
def ring(tmp_path: Path) -> MarkKeys:
    return MarkKeys.make(tmp_path / "marks", begin=date(2026, 11, 16), days=7)


@pytest.fixture
def log(tmp_path: Path) -> EvidenceLog:
    return EvidenceLog.make(tmp_path / "evidence", "log.example/marks", clock=NOW.timestamp)


def test_keys_are_committed_to_once(ring: MarkKeys, log: EvidenceLog) -> None:
    assert commit_keys(ring, LABELS[:2], log, at=NOW) == LABELS[:2]
    assert commit_keys(ring, LABELS, log, at=NOW) == LABELS[2:]
    assert commit_keys(ring, LABELS, log, at=NOW) == ()
    assert [(leaf.kind, leaf.noted_at) for leaf in log.leaves()] == [(LeafKind.KEY, NOW)] * 2
    keys = [committed_key(ring, label, log) for label in LABELS]
    assert [key.leaf for key in keys] == [0, 0, 1]
    assert [key.secret for key in keys] == [ring.secret(label) for label in LABELS]
    statement = statement_of(ring, LABELS[1])
    assert is_commitment(statement["commitments"][1]["sha256"], LABELS[1], keys[1].secret)


def test_a_key_without_commitment_is_not_given_out(ring: MarkKeys, log: EvidenceLog) -> None:
    with pytest.raises(SettingsError, match=r"global/2026-11-16 was not committed to \(commit to it first"):
        committed_key(ring, LABELS[0], log)
    with pytest.raises(SettingsError, match="no statement commits to grant/g-1"):
        statement_of(ring, LABELS[2])


def test_a_statement_that_the_log_does_not_hold_commits_to_nothing(
    ring: MarkKeys, log: EvidenceLog, tmp_path: Path
) -> None:
    commit_keys(ring, LABELS, log, at=NOW)
    other = EvidenceLog.make(tmp_path / "other", "log.example/other", clock=NOW.timestamp)
    with pytest.raises(SettingsError, match="was not committed to"):
        committed_key(ring, LABELS[0], other)


def test_an_altered_statement_commits_to_nothing(ring: MarkKeys, log: EvidenceLog) -> None:
    commit_keys(ring, LABELS[:1], log, at=NOW)
    (path,) = (ring.folder / "commitments").iterdir()
    statement = json.loads(path.read_text("utf-8"))
    late = {"label": str(LABELS[2]), "sha256": commitment_of(LABELS[2], ring.secret(LABELS[2]))}
    path.write_text(json.dumps(statement | {"commitments": [*statement["commitments"], late]}), "utf-8")
    for label in (LABELS[0], LABELS[2]):
        with pytest.raises(SettingsError, match="was not committed to"):
            committed_key(ring, label, log)
    path.write_text("{", "utf-8")
    with pytest.raises(SettingsError, match="no statement of commitments"):
        committed_key(ring, LABELS[0], log)
