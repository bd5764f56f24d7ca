from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.note_shares import note_shares
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.sharing.shared_log import Told, note_told

if TYPE_CHECKING:
    from pathlib import Path

_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
_ONE = Told(
    at=_AT, campaign_id="c-1", shared_id="campaign--1", first_at=_AT, to="hub", reviewed_by="Ada", sha256="ab" * 32
)


def test_each_bundle_that_left_is_a_leaf_once(tmp_path: Path) -> None:
    book = Notebook(EvidenceLog.make(tmp_path / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)
    assert note_shares(tmp_path, book) == 0
    note_told(tmp_path, _ONE, b"a")
    assert [note_shares(tmp_path, book), note_shares(tmp_path, book)] == [1, 0]
    note_told(tmp_path, replace(_ONE, is_revoked=True), b"b")
    assert note_shares(tmp_path, book) == 1
    said = [one.body or {} for one in book.entries()]
    assert [(one["what"], one["at"], one["who"]) for one in said] == [
        ("told", "2026-11-22T12:00:00Z", "Ada"),
        ("taken_back", "2026-11-22T12:00:00Z", "Ada"),
    ]
    assert {leaf.about for leaf in book.log.leaves()} == {""}
