from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evidence.file_manifest import Part
from stillwatch.service.evidence.take_manifest import GIT, SealOptions, take_manifest

if TYPE_CHECKING:
    from pathlib import Path


def test_the_manifest_names_all_that_is_there(tmp_path: Path) -> None:
    root = tmp_path / "model"
    for path in ("sub/w.bin", "config.json", ".gitattributes"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())
    made = take_manifest(root, SealOptions())
    assert (made.manifest.name, made.left_out, set(made.manifest.ignored)) == ("model", (".gitattributes",), set(GIT))
    assert [(str(one.part), one.digest, one.size) for one in made.manifest.parts] == [
        (path, hashlib.sha256(path.encode()).hexdigest(), len(path)) for path in ("config.json", "sub/w.bin")
    ]
    everything = take_manifest(root, SealOptions(name="m", ignored=()))
    assert (everything.manifest.name, len(everything.manifest.parts)) == ("m", 3)


def test_files_are_taken_apart_where_that_was_asked(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(bytes(25))
    (tmp_path / "empty").touch()
    made = take_manifest(tmp_path, SealOptions(shard_size=10))
    assert [one.part for one in made.manifest.parts] == [Part("w", 0, 10), Part("w", 10, 20), Part("w", 20, 25)]
    assert [one.size for one in made.manifest.parts] == [10, 10, 5]
    alone = take_manifest(tmp_path / "w", SealOptions())
    assert [str(one.part) for one in alone.manifest.parts] == ["."]


def test_what_cannot_be_sealed_is_not_sealed_around(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        take_manifest(tmp_path, SealOptions())
    (tmp_path / "w").touch()
    for number in range(3):
        (tmp_path / f"link-{number}").symlink_to("w")
    with pytest.raises(InputError, match=r"link-0: a link, and 2 more like it"):
        take_manifest(tmp_path, SealOptions())
    assert len(take_manifest(tmp_path, SealOptions(follows_links=True)).manifest.parts) == 4
