"""What a scan read and found is noted; what cannot be noted makes it incomplete."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import exchange, quiet, scanned, write_log
from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.record_proof import check_record_proof
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.note_scan import note_logs, note_scan, seals_for
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.evidence.seal_blocks import commit_block
from stillwatch.service.evidence.seal_files import FileSeals
from stillwatch.service.evidence.seal_log import prove_record
from stillwatch.service.settings import ScanSettings
from stillwatch.service.take_in import take_in
from stillwatch.service.write_result import write_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _book(folder: Path) -> Notebook:
    return Notebook(EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)


def _kinds(book: Notebook) -> list[str]:
    return [leaf.kind.value for leaf in book.log.leaves()]


def test_every_log_is_sealed_on_the_way_and_any_record_is_proved_alone(tmp_path: Path) -> None:
    book, settings = _book(tmp_path), ScanSettings(store=tmp_path / "store")
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(40)))
    seals = seals_for(book)
    result = note_scan(scanned(tmp_path / "store", [log], sealing=seals), settings, seals, book)
    assert _kinds(book) == ["batch", "finding", "finding"]
    assert result.run.complete
    found = check_record_proof(prove_record(log, 7, book.log), policy_of(book.log.folder))
    assert found.leaf.kind is LeafKind.BATCH
    said = book.entry(2)
    assert said is not None
    assert said.body is not None
    assert [one["sha256"] for one in said.body["inputs"]] == [result.run.inputs[0].sha256]

    again = seals_for(book)
    take_in(ScanSettings(logs=(str(log),), store=tmp_path / "store", workers=1), None, quiet, again)
    assert again.seen() == ()


def test_a_log_that_was_read_before_there_was_a_log_of_evidence_is_sealed_late(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(40)))
    settings = ScanSettings(logs=(str(log),), store=tmp_path / "store", workers=1)
    before, _ = take_in(settings, None, quiet)
    book = _book(tmp_path)
    seals = seals_for(book)
    after, _ = take_in(settings, None, quiet, seals)
    note_logs(seals, book)
    assert list(after.parts()) == list(before.parts())
    assert _kinds(book) == ["batch"]


def test_findings_are_noted_as_the_files_have_them(small_scan: Any, tmp_path: Path) -> None:
    book, settings = _book(tmp_path), ScanSettings(store=tmp_path / "store", since=1_772_355_600_000_000_001)
    result = note_scan(small_scan.result, settings, seals_for(book), book)
    written = write_result(result, tmp_path / "out")
    campaigns = json.loads(written.campaigns.read_bytes())["campaigns"]
    assert campaigns
    for one in campaigns:
        (leaf,) = book.log.find(digest_of(one))
        assert (book.log.leaf(leaf).kind, book.log.leaf(leaf).about) == (LeafKind.FINDING, one["id"])
    assert book.log.find(digest_of(json.loads(written.set_aside.read_bytes())))


def test_what_cannot_be_noted_makes_the_run_incomplete(
    small_scan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = _book(tmp_path)

    def refuse(*_: Any) -> None:
        raise SettingsError("this cannot be noted: no space left on device")

    monkeypatch.setattr(book, "settle", refuse)
    result = note_scan(small_scan.result, ScanSettings(store=tmp_path / "store"), seals_for(book), book)
    assert not result.run.complete
    assert "no space left" in result.run.warnings[-1]
    assert result.campaigns == small_scan.result.campaigns
    assert book.log.size == 0
    monkeypatch.undo()
    assert book.settle() == len(result.campaigns) + 2


class _Killed(BaseException):
    """Ends a process, as far as this test is concerned: nobody catches it."""


@pytest.mark.parametrize("step", range(7))
def test_killed_at_any_step_and_run_again_every_log_is_sealed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Of two logs each is committed to, is noted, is closed."""
    logs = [write_log(tmp_path / f"{at}.jsonl", map(exchange, range(at, at + 9))) for at in (0, 9)]
    settings = ScanSettings(logs=tuple(map(str, logs)), store=tmp_path / "store", workers=1)
    left = [step]

    def dying(what: Callable[..., Any]) -> Callable[..., Any]:
        def die_or_do(*given: Any, **options: Any) -> Any:
            if left[0] == 0:
                raise _Killed
            left[0] -= 1
            return what(*given, **options)

        return die_or_do

    def run(book: Notebook) -> None:
        seals = seals_for(book)
        take_in(settings, None, quiet, seals)
        note_logs(seals, book)

    book = _book(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("stillwatch.service.evidence.seal_files.commit_block", dying(commit_block))
        patched.setattr(FileSeals, "close", dying(FileSeals.close))
        patched.setattr(EvidenceLog, "note", dying(EvidenceLog.note))
        with suppress(_Killed):
            run(book)
    book.close()
    again = Notebook(EvidenceLog.open(tmp_path / "e", clock=lambda: 6.0), clock=lambda: 6.0)
    run(again)
    assert _kinds(again).count("batch") == 2
    for log in logs:
        proof = prove_record(log, 4, again.log)
        assert check_record_proof(proof, policy_of(again.log.folder)).leaf.kind is LeafKind.BATCH
        assert proof.opening.record == log.read_bytes().splitlines()[4]
