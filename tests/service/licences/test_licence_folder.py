"""Licences are kept as they were signed, revoked for good, noted, and never lost by a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from licensed import KEY, NOW, OTHER, PUBLIC, licence
from stillwatch.attribution.licence import read_licence
from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.core.licence import Used
from stillwatch.evidence.leaf_entry import digest_of_file
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.licences.licence_folder import (
    issue_licence,
    keep_usage,
    licences_in,
    revoke_licence,
    revoked_in,
    usage_in,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_licence_is_issued_noted_and_found(tmp_path: Path) -> None:
    log = EvidenceLog.make(tmp_path / "log", "log.example/a", clock=NOW.timestamp)
    path = issue_licence(licence(), tmp_path / "lic", KEY, log=log, at=NOW)
    assert read_licence(path.read_text("utf-8"), [PUBLIC]) == licence()
    assert (log.leaf(0).kind, log.leaf(0).about, log.leaf(0).sha256) == (LeafKind.APPROVAL, "g-1", digest_of_file(path))
    (found,) = licences_in(tmp_path / "lic", [PUBLIC], at=NOW)
    assert (found.licence, found.used, found.why_not) == (licence(), Used(), "")
    revoke_licence("g-1", tmp_path / "lic", because="sold on", log=log, at=NOW)
    assert licences_in(tmp_path / "lic", [PUBLIC], at=NOW)[0].why_not == "it was revoked"
    assert revoked_in(tmp_path / "lic") == {"g-1"}
    assert log.size == 2


def test_what_was_used_counts(tmp_path: Path) -> None:
    issue_licence(licence(), tmp_path, KEY, at=NOW)
    keep_usage(tmp_path, {"g-1": Used(1, 2, 1000)})
    assert usage_in(tmp_path) == {"g-1": Used(1, 2, 1000)}
    assert licences_in(tmp_path, [PUBLIC], at=NOW)[0].why_not == "its 1,000 tokens are used"


def test_slips_are_refused(tmp_path: Path) -> None:
    path = issue_licence(licence(), tmp_path, KEY, at=NOW)
    with pytest.raises(SettingsError, match="there is a licence of this id"):
        issue_licence(licence(), tmp_path, KEY, at=NOW)
    with pytest.raises(SettingsError, match="no folder of licences"):
        licences_in(tmp_path / "lik", [PUBLIC], at=NOW)
    with pytest.raises(InputError, match=r"no licence 'g-2' \(it has g-1\)"):
        revoke_licence("g-2", tmp_path, because="x", at=NOW)
    with pytest.raises(VerificationError):
        licences_in(tmp_path, [OTHER.public_key()], at=NOW)
    revoke_licence("g-1", tmp_path, because="x", at=NOW)
    with pytest.raises(InputError, match="revoked already"):
        revoke_licence("g-1", tmp_path, because="x", at=NOW)
    path.rename(tmp_path / "g-9.jws")
    with pytest.raises(InputError, match="the file holds licence g-1"):
        licences_in(tmp_path, [PUBLIC], at=NOW)


def test_damaged_files_name_the_place(tmp_path: Path) -> None:
    (tmp_path / "revoked.jsonl").write_text('{"id": "g-1"}\n{}\n', "utf-8")
    with pytest.raises(InputError, match=r"revoked\.jsonl:2"):
        revoked_in(tmp_path)
    (tmp_path / "usage.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match="count again"):
        usage_in(tmp_path)
