"""A seal is made once, goes on where it was interrupted, and leaves what it is of as it was."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from custody_stand import ANNA, BEN, KNOWN, keeper, model
from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.evidence.custody_statement import CustodyKind
from stillwatch.service.evidence import hash_files
from stillwatch.service.evidence.custody_folder import CustodyFolder
from stillwatch.service.evidence.seal_custody import Beginning, parents_of, seal_custody
from stillwatch.service.evidence.take_manifest import SealOptions
from stillwatch.service.evidence.verify_custody import Reader, read_record, verify_custody

if TYPE_CHECKING:
    from pathlib import Path


def test_a_seal_states_who_took_what_and_writes_nothing_into_it(tmp_path: Path) -> None:
    root = model(tmp_path / "m")
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    folder = CustodyFolder.beside(root)
    sealed = seal_custody(root, folder, keeper(ANNA, because="run 7"), Beginning(what={"source": "cluster 3"}))
    assert sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*")) == before
    seal, custody = read_record(folder, KNOWN)
    said = custody.first
    assert (custody.links, custody.holder) == ((sealed.link,), seal.signer)
    assert (said.kind, said.by, said.because, said.name) == (CustodyKind.COLLECT, "Anna", "run 7", "m")
    assert said.what == {"source": "cluster 3", "files": 3, "bytes": 5300}
    assert said.manifest == hashlib.sha256(folder.seal.read_bytes()).hexdigest()
    assert sorted(one.name for one in folder.path.iterdir()) == [".lock", "custody.jsonl", "model.sig"]
    with pytest.raises(SettingsError, match="sealed already"):
        seal_custody(root, folder, keeper(ANNA))
    with pytest.raises(SettingsError, match="in what it is of"):
        seal_custody(root, CustodyFolder(root / "custody"), keeper(ANNA))


def test_an_interrupted_seal_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = model(tmp_path / "m")
    (root / "zz-link").symlink_to("config.json")
    folder = CustodyFolder.beside(root)
    with pytest.raises(InputError, match="a link"):
        seal_custody(root, folder, keeper(ANNA))
    (root / "zz-link").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(CustodyFolder, "append", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            seal_custody(root, folder, keeper(ANNA))
    assert folder.hashing("seal").exists()
    monkeypatch.setattr(hash_files.os, "preadv", lambda *_: pytest.fail("it was read again"))
    seal_custody(root, folder, keeper(ANNA))
    assert not folder.hashing("seal").exists()


def test_what_is_made_of_something_sealed_names_it(tmp_path: Path) -> None:
    base, adapter = model(tmp_path / "base"), tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "lora.safetensors").write_bytes(b"lora")
    of_base = CustodyFolder.beside(base)
    link = seal_custody(base, of_base, keeper(ANNA)).link
    parents = parents_of([of_base], KNOWN)
    what = {"parents": parents, "how": "a training run"}
    made = seal_custody(
        adapter, CustodyFolder.beside(adapter), keeper(BEN), Beginning(kind=CustodyKind.DERIVE, what=what)
    )
    assert parents == [
        {
            "name": "base",
            "root": link.statement.root,
            "chain": link.statement.chain,
            "statement": link.sha256,
        }
    ]
    assert made.link.statement.kind is CustodyKind.DERIVE
    assert read_record(CustodyFolder.beside(adapter), KNOWN)[1].first.what["parents"] == parents
    for wrong in ([], [of_base]):
        with pytest.raises(VerificationError):
            parents_of(wrong, KNOWN[1:])


def test_a_single_file_and_parts_and_links_are_sealed_where_asked(tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"
    file.write_bytes(bytes(100))
    whole = CustodyFolder.beside(file)
    options = SealOptions(shard_size=30, follows_links=True, name="a")
    seal_custody(file, whole, keeper(BEN), Beginning(options=options))
    found = verify_custody(file, whole, Reader(known=KNOWN))
    assert (found.files.differences, [str(one.part) for one in found.seal.manifest.parts]) == (
        (),
        [".:0:30", ".:30:60", ".:60:90", ".:90:100"],
    )


def test_a_layout_of_images_with_a_blob_of_another_name_is_not_sealed(tmp_path: Path) -> None:
    root = tmp_path / "image"
    (root / "blobs/sha256").mkdir(parents=True)
    blob = root / "blobs/sha256" / hashlib.sha256(b"layer").hexdigest()
    blob.write_bytes(b"layer")
    (root / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', "utf-8")
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": f"sha256:{blob.name}", "size": 5}
    (root / "index.json").write_text(json.dumps({"manifests": [layer]}), "utf-8")
    assert seal_custody(root, CustodyFolder(tmp_path / "one"), keeper(ANNA)).remarks == ()
    blob.write_bytes(b"other")
    with pytest.raises(VerificationError, match="than its name says"):
        seal_custody(root, CustodyFolder(tmp_path / "other"), keeper(ANNA))
