"""A layout of container images is what it says, blob by blob."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.file_manifest import FileManifest, Part, SealedPart
from stillwatch.evidence.oci_layout import check_oci_layout

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def _blob(files: dict[str, bytes], data: bytes, media_type: str = "application/octet-stream") -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    files[f"blobs/sha256/{digest}"] = data
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


def _layout() -> dict[str, bytes]:
    files: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}
    layers = [_blob(files, b"layer one"), _blob(files, b"layer two")]
    image = {"schemaVersion": 2, "config": _blob(files, b"{}"), "layers": layers}
    named = _blob(files, json.dumps(image).encode(), _MANIFEST)
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [named]}).encode()
    return files


def _checked(files: dict[str, bytes]) -> tuple[str, ...]:
    parts = [
        SealedPart(Part(path), hashlib.sha256(data).hexdigest(), len(data), "00" * 32) for path, data in files.items()
    ]
    return check_oci_layout(FileManifest(name="image", parts=tuple(parts)), files.__getitem__)


def test_a_whole_layout_has_no_remarks_and_another_folder_is_asked_nothing() -> None:
    assert _checked(_layout()) == ()
    assert _checked({"blobs/sha256/ab": b"", "index.json": b"no JSON"}) == ()


def test_blobs_that_are_missing_or_spare_are_remarked_on() -> None:
    files = _layout()
    gone = next(path for path, data in files.items() if data == b"layer one")
    del files[gone]
    _blob(files, b"a stowaway")
    missing, spare = _checked(files)
    assert missing == f"{gone}: named by a manifest and not there"
    assert spare.endswith("no manifest names it")


def test_a_blob_that_is_not_what_its_name_says_is_refused() -> None:
    files = _layout()
    path = next(path for path, data in files.items() if data == b"layer two")
    with pytest.raises(VerificationError, match="than its name says"):
        _checked(files | {path: b"layer two, with something added"})


def test_a_size_that_is_wrong_is_refused() -> None:
    files = _layout()
    wrong = files["index.json"].replace(b'"size": ', b'"size": 1')
    with pytest.raises(VerificationError, match=r"bytes, and index\.json says"):
        _checked(files | {"index.json": wrong})
    with pytest.raises(InputError):
        _checked(files | {"index.json": b"{"})
    assert len(_checked(files | {"index.json": b"[]"})) == 4
