from __future__ import annotations

import hashlib

import pytest

from sealed_package import AT, MemoryLog, case_of
from stillwatch.core.errors import InputError
from stillwatch.evidence.case_manifest import ListedFile, digests_of, read_manifest, write_manifest
from stillwatch.evidence.sealed_case import PackageFile, Tier

_FILE = PackageFile(path="a.txt", data=b"abc", media_type="text/plain", source="by hand", acquired_at=AT)


def test_a_manifest_lists_files_and_leaves() -> None:
    case = case_of(MemoryLog())
    data = write_manifest(case, [_FILE])
    found = read_manifest(data)
    assert found.files == {"a.txt": digests_of(b"abc")}
    assert (found.about, found.tier, found.made_at) == ("campaign-1", Tier.REDACTED, AT)
    assert sorted(found.leaves) == [one.number for one in case.leaves]
    assert data == write_manifest(case, [_FILE])


def test_digests_are_those_that_others_compute() -> None:
    blake3 = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"  # of the test vectors of BLAKE3: "abc"
    assert digests_of(b"abc") == ListedFile(3, hashlib.sha256(b"abc").hexdigest(), blake3)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b'{"schema":"stillwatch.case/9"}', b'{"schema":"stillwatch.case/1","files":[],"leaves":7}'],
)
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_manifest(data)


def test_a_file_that_is_listed_twice_is_refused() -> None:
    data = write_manifest(case_of(MemoryLog()), [_FILE, _FILE])
    with pytest.raises(InputError, match="twice"):
        read_manifest(data)
