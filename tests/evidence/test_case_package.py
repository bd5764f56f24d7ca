from __future__ import annotations

from dataclasses import replace

import pytest

from sealed_package import MemoryLog, case_of, package
from stillwatch.core.errors import InputError
from stillwatch.evidence.case_package import files_of, manifest_of
from stillwatch.evidence.redaction import OPENINGS
from stillwatch.evidence.sealed_case import PackageFile, Tier
from stillwatch.evidence.store_zip import read_zip


def test_the_same_case_gives_the_same_manifest_and_files() -> None:
    assert manifest_of(case_of(MemoryLog())) == manifest_of(case_of(MemoryLog()))
    assert sorted(read_zip(memoryview(package()))) == [
        *("README.txt", "analysis/finding.json", "batches/day-1.json", "batches/day-1.leaves", "custody.jsonl"),
        *("heads/before.checkpoint", "keys/keys.json", "log/1.tlog-proof", "log/2.tlog-proof", "log/3.tlog-proof"),
        *("log/5.tlog-proof", "log/before.consistency", "log/checkpoint", "manifest.json", "redactions.json"),
    ]


def test_the_confidential_tier_shows_what_the_redacted_one_commits_to() -> None:
    shown, redacted = (read_zip(memoryview(package(tier))) for tier in (Tier.CONFIDENTIAL, Tier.REDACTED))
    assert shown["redactions.json"] == redacted["redactions.json"]
    assert set(shown) - set(redacted) == {OPENINGS}
    assert b"acct-7" not in package(Tier.REDACTED)


@pytest.mark.parametrize(
    "path", ["manifest.json", "log/x", "tsa/x.tsr", "keys/keys.json", "custody.jsonl", "README.txt"]
)
def test_a_path_that_is_taken_is_refused(path: str) -> None:
    case = case_of(MemoryLog())
    more = PackageFile(path=path, data=b"", media_type="text/plain")
    with pytest.raises(InputError):
        files_of(replace(case, files=(*case.files, more)))
