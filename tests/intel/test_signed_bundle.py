"""A bundle is what was signed, or it is refused: path tricks, swapped files, bombs, flipped bits."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.intel.bundle_manifest import Manifest, write_manifest
from stillwatch.intel.signed_bundle import (
    PAYLOAD_TYPE,
    BundleLimits,
    described,
    manifest_sha256,
    open_bundle_file,
    write_bundle_file,
)
from stillwatch.signing.dsse import is_signed_by, public_bytes, sign

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
_FILES = {"campaigns.json": b'{"type": "bundle"}', "epoch.json": b"{}"}
_MANIFEST = Manifest(
    producer="identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11",
    producer_name="Lab A",
    export_seq=1,
    previous="",
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
    expires_at=datetime(2026, 12, 22, tzinfo=UTC),
    files=tuple(described(name, content, "application/json") for name, content in _FILES.items()),
)
_DATA = write_bundle_file(_MANIFEST, _FILES, _KEY)


def entries(data: bytes = _DATA) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(content: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, data in content.items():
            made.writestr(name, data)
    return target.getvalue()


def test_what_is_opened_is_what_was_written_and_the_same_content_is_the_same_file() -> None:
    opened = open_bundle_file(_DATA)
    assert (opened.manifest, opened.files()) == (_MANIFEST, _FILES)
    assert opened.sha256 == manifest_sha256(_MANIFEST)
    assert is_signed_by(opened.envelope, public_bytes(_KEY))
    assert write_bundle_file(_MANIFEST, _FILES, _KEY) == _DATA


def test_no_flipped_bit_passes_for_what_was_signed() -> None:
    for place in range(len(_DATA)):
        changed = bytearray(_DATA)
        changed[place] ^= 1 << place % 8
        try:
            opened = open_bundle_file(bytes(changed))
            if is_signed_by(opened.envelope, public_bytes(_KEY)):
                assert (opened.manifest, opened.files()) == (_MANIFEST, _FILES), place
        except (InputError, VerificationError):
            continue


@pytest.mark.parametrize("length", [0, 10, len(_DATA) // 2, len(_DATA) - 1])
def test_what_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(InputError, match="no bundle"):
        open_bundle_file(_DATA[:length], where="b.swb")


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/x", "/etc/passwd", "..\\x", "C:\\x", "files/../../x", "bundle.dsse.json/x", "files/more.json"],
)
def test_no_entry_leads_anywhere(name: str) -> None:
    with pytest.raises((InputError, VerificationError), match=r"that no bundle has|other files than its manifest"):
        open_bundle_file(packed({**entries(), name: b"x"})).files()


def test_a_file_that_was_swapped_left_out_or_doubled_is_seen() -> None:
    plain = entries()
    with pytest.raises(VerificationError, match=r"campaigns\.json is not what was signed"):
        open_bundle_file(packed({**plain, "files/campaigns.json": b'{"type": "BUNDLE"}'})).files()
    with pytest.raises(VerificationError, match=r"campaigns\.json is not what was signed"):
        open_bundle_file(packed({**plain, "files/campaigns.json": plain["files/epoch.json"]})).files()
    with pytest.raises(VerificationError, match="other files than its manifest names"):
        open_bundle_file(packed({name: one for name, one in plain.items() if "epoch" not in name})).files()
    target = io.BytesIO(_DATA)
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as made:
        warnings.simplefilter("ignore")
        made.writestr("files/epoch.json", b"[]")
    with pytest.raises(InputError, match="two entries have one name"):
        open_bundle_file(target.getvalue())


def test_a_manifest_may_not_name_a_path_even_if_it_is_signed() -> None:
    manifest = replace(_MANIFEST, files=(described("../x", b"x", "text/plain"),))
    envelope = sign(write_manifest(manifest), PAYLOAD_TYPE, _KEY)
    with pytest.raises(InputError, match="not described as files are"):
        open_bundle_file(packed({"bundle.dsse.json": envelope, "files/../x": b"x"}))


def test_a_bomb_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="that is compressed"):
        open_bundle_file(packed({**entries(), "files/epoch.json": bytes(50 << 20)}, zipfile.ZIP_DEFLATED))
    with pytest.raises(InputError, match=r"1,000 are allowed"):
        open_bundle_file(_DATA, BundleLimits(size_bytes=1_000))
    with pytest.raises(InputError, match="3 entries; 2 are allowed"):
        open_bundle_file(_DATA, BundleLimits(files=1))
    with pytest.raises(InputError, match="that is too large"):
        open_bundle_file(_DATA, BundleLimits(envelope_bytes=100))


def test_what_was_signed_as_something_else_is_no_bundle() -> None:
    other = sign(write_manifest(_MANIFEST), "application/vnd.in-toto+json", _KEY)
    with pytest.raises(InputError, match="not as a bundle"):
        open_bundle_file(packed({**entries(), "bundle.dsse.json": other}))


def test_a_manifest_that_was_edited_is_not_signed() -> None:
    plain = entries()
    envelope = json.loads(plain["bundle.dsse.json"])
    other = json.loads(sign(write_manifest(replace(_MANIFEST, is_complete=True)), PAYLOAD_TYPE, _KEY))
    envelope["payload"] = other["payload"]
    opened = open_bundle_file(packed({**plain, "bundle.dsse.json": json.dumps(envelope).encode()}))
    assert not is_signed_by(opened.envelope, public_bytes(_KEY))


def test_a_zip_of_something_else_is_no_bundle() -> None:
    for data in (packed({}), packed({"a.txt": b"a"}), b"PK\x03\x04"):
        with pytest.raises(InputError, match=r"no bundle"):
            open_bundle_file(data)
