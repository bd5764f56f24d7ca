"""What a manifest may say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.bundle_manifest import BundledFile, Manifest, read_manifest, write_manifest

_FILE = BundledFile(name="campaigns.json", size_bytes=2, sha256="ab" * 32, media_type="application/json")
_MANIFEST = Manifest(
    producer="identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11",
    producer_name="Lab A",
    export_seq=2,
    previous="cd" * 32,
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
    expires_at=datetime(2026, 12, 22, tzinfo=UTC),
    files=(_FILE,),
)


def test_what_is_written_is_read() -> None:
    for one in (_MANIFEST, replace(_MANIFEST, export_seq=1, previous="", files=(), is_complete=True, stream="gov")):
        assert read_manifest(write_manifest(one)) == one


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(write_manifest(_MANIFEST)), **changes}).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "stillwatch.bundle/2"},
        {"producer": "Lab A"},
        {"producer": 7},
        {"stream": "../x"},
        {"export_seq": 0},
        {"export_seq": True},
        {"export_seq": 2.5},
        {"export_seq": 2**60},
        {"previous": ""},
        {"previous": "zz"},
        {"export_seq": 1},
        {"is_complete": 1},
        {"producer_name": None},
        {"expires_at": "2026-11-22T00:00:00Z"},
        {"expires_at": "2026-12-22T00:00:00"},
        {"created_at": 0},
        {"more": 1},
        {"files": {}},
        {"files": [{}]},
        {"files": [1]},
    ],
)
def test_what_none_of_ours_says_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="bundle"):
        read_manifest(changed(**changes), where="b.swb")


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../a", "/etc/passwd", "a/b", "a\\b", "C:a", "a\0b", ".hidden", "a.", "a b", "a\n", "ä.json"),
        *("con", "NUL.json", "com1.txt", "x" * 200),
    ],
)
def test_a_name_is_a_name_on_every_system(name: str) -> None:
    with pytest.raises(InputError, match="not described as files are"):
        read_manifest(changed(files=[{**json.loads(changed())["files"][0], "name": name}]))


@pytest.mark.parametrize("changes", [{"size_bytes": -1}, {"size_bytes": "2"}, {"sha256": "AB" * 32}, {"media_type": 1}])
def test_a_file_is_described_in_full(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="bundle"):
        read_manifest(changed(files=[{**json.loads(changed())["files"][0], **changes}]))


def test_names_that_some_systems_take_for_one_are_refused() -> None:
    files = [{**json.loads(changed())["files"][0], "name": name} for name in ("a.json", "A.JSON")]
    with pytest.raises(InputError, match="two files have one name"):
        read_manifest(changed(files=files))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"[" * 200_000, b'{"schema": "\xff"}'])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="bundle"):
        read_manifest(data)
