from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.access import AccessRules, access_rules, note_access, without_samples
from stillwatch.service.evidence.acted import Acted
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.notebook import Notebook

if TYPE_CHECKING:
    from pathlib import Path

_ADA = Acted(os_user="ada (1000)", name="Ada", reason="appeal ap-17")


def _book(folder: Path, access: str = "") -> Notebook:
    log = EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0)
    with (folder / "e" / "log.toml").open("a") as file:
        file.write(access)
    return Notebook(log, clock=lambda: 5.0)


def test_who_looks_is_noted_with_why(tmp_path: Path) -> None:
    book = _book(tmp_path)
    leaf = note_access(book, "explained", _ADA, about="c-1", seen={"exchanges": 12})
    entry = book.entry(leaf)
    assert entry is not None
    assert entry.body is not None
    assert (entry.kind, entry.about) == (LeafKind.ACCESS, "c-1")
    assert (entry.body["who"], entry.body["seen"]) == (_ADA.plain(), {"exchanges": 12})


def test_without_a_reason_nothing_is_shown_where_one_is_required(tmp_path: Path) -> None:
    book = _book(tmp_path, '[access]\nreason = "required"\nsamples_in_report = false\n')
    assert access_rules(book.log.folder) == AccessRules(needs_reason=True, shows_samples=False)
    with pytest.raises(SettingsError, match="who say why"):
        note_access(book, "explained", Acted(os_user="ada", reason="  "), about="c-1", seen={})
    assert book.log.size == 0
    assert note_access(book, "explained", _ADA, about="c-1", seen={}) == 0


def test_who_asks_for_nothing_requires_nothing_and_readers_are_not_disturbed(tmp_path: Path) -> None:
    book = _book(tmp_path, "[access]\n")
    assert access_rules(book.log.folder) == AccessRules()
    assert policy_of(book.log.folder).origin == "log.example"


@pytest.mark.parametrize("access", ['reason = "always"', "samples_in_report = 1", 'resaon = "required"'])
def test_rules_that_are_not_understood_are_refused(tmp_path: Path, access: str) -> None:
    book = _book(tmp_path, f"[access]\n{access}\n")
    with pytest.raises(SettingsError, match="not understood"):
        access_rules(book.log.folder)


def test_a_result_can_be_shown_without_samples(small_scan: Any) -> None:
    assert any(one.sample_text for one in small_scan.result.pictures)
    shown = without_samples(small_scan.result)
    assert [one.sample_text for one in shown.pictures] == [""] * len(shown.pictures)
    assert shown.campaigns == small_scan.result.campaigns
