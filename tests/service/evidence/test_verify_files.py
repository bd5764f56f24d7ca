"""Each change of a sealed folder is told of by its name, by whole files, by parts, by either hash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.compare_files import Difference, DifferenceKind
from stillwatch.service.evidence.take_manifest import SealOptions, take_manifest
from stillwatch.service.evidence.verify_files import verify_files

if TYPE_CHECKING:
    from collections.abc import Callable

_FILES = {"config.json": b"{}", "weights/1.bin": b"1" * 50, "weights/2.bin": b"2" * 70, "empty": b""}


def _folder(root: Path) -> Path:
    for path, content in _FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def _replace_by_link(root: Path) -> None:
    (root / "config.json").rename(root.parent / "elsewhere")
    (root / "config.json").symlink_to(root.parent / "elsewhere")


_CHANGES: dict[str, tuple[Callable[[Path], object], tuple[Difference, ...]]] = {
    "nothing": (lambda _: None, ()),
    "touched": (lambda root: (root / "config.json").touch(), ()),
    "empty folder": (lambda root: (root / "new").mkdir(), ()),
    "one bit": (
        lambda root: (root / "weights/1.bin").write_bytes(b"1" * 49 + b"0"),
        (Difference(DifferenceKind.CHANGED, "weights/1.bin"),),
    ),
    "longer": (
        lambda root: (root / "weights/1.bin").write_bytes(b"1" * 51),
        (Difference(DifferenceKind.CHANGED, "weights/1.bin"),),
    ),
    "shorter": (
        lambda root: (root / "weights/1.bin").write_bytes(b"1" * 40),
        (Difference(DifferenceKind.CHANGED, "weights/1.bin"),),
    ),
    "added": (lambda root: (root / "x.py").write_bytes(b"x"), (Difference(DifferenceKind.ADDED, "x.py"),)),
    "gone": (lambda root: (root / "config.json").unlink(), (Difference(DifferenceKind.MISSING, "config.json"),)),
    "renamed": (
        lambda root: (root / "weights/2.bin").rename(root / "3.bin"),
        (Difference(DifferenceKind.RENAMED, "weights/2.bin", "3.bin"),),
    ),
    "swapped": (
        lambda root: ((root / "a").write_bytes(b"1" * 50), (root / "a").replace(root / "weights/2.bin")),
        (Difference(DifferenceKind.CHANGED, "weights/2.bin"),),
    ),
    "a link": (_replace_by_link, (Difference(DifferenceKind.UNSEALABLE, "config.json", "a link"),)),
}


@pytest.mark.parametrize("how", ["whole", "parts", "fast"])
@pytest.mark.parametrize("change", _CHANGES)
def test_each_change_is_told_of(tmp_path: Path, change: str, how: str) -> None:
    root = _folder(tmp_path / "m")
    manifest = take_manifest(root, SealOptions(shard_size=20 if how == "parts" else 0)).manifest
    make, expected = _CHANGES[change]
    make(root)
    found = verify_files(root, manifest, is_fast=how == "fast")
    assert found.differences == expected
    assert found.algorithm == ("blake3" if how == "fast" else "sha256")


def test_a_seal_without_blake3_is_not_checked_by_it(tmp_path: Path) -> None:
    root = _folder(tmp_path / "m")
    manifest = take_manifest(root, SealOptions()).manifest
    plain = replace(manifest, parts=tuple(one._replace(blake3="", size=None) for one in manifest.parts))
    assert verify_files(root, plain).differences == ()
    with pytest.raises(VerificationError, match="no BLAKE3"):
        verify_files(root, plain, is_fast=True)


def test_what_is_left_out_is_named_and_the_signature_itself_is_not(tmp_path: Path) -> None:
    root = _folder(tmp_path / "m")
    (root / ".gitignore").touch()
    (root / "model.sig").touch()
    manifest = take_manifest(root, SealOptions(ignored=(".gitignore", "model.sig"))).manifest
    signed = replace(manifest, ignored=(".gitignore",))
    found = verify_files(root, signed, beside=(root / "model.sig", tmp_path / "other"))
    assert (found.differences, found.left_out, found.files) == ((), (".gitignore",), 4)
    assert [one.path for one in verify_files(root, signed).differences] == ["model.sig"]


_NAMES = st.sampled_from(["a", "b", "c/a", "c/b", "c/d/a", "é", "a b"])
_TREE = st.dictionaries(_NAMES, st.sampled_from([b"", b"one", b"two", b"three" * 9]), min_size=1)


@hypothesis.settings(max_examples=25)
@given(_TREE, _TREE, st.sampled_from([0, 4]))
def test_whatever_differs_is_named_and_nothing_else(
    before: dict[str, bytes], after: dict[str, bytes], shard_size: int
) -> None:
    if shard_size:  # an empty file has no part
        before, after = ({path: data for path, data in tree.items() if data} for tree in (before, after))
        hypothesis.assume(before)
    with TemporaryDirectory() as folder:
        manifest = take_manifest(_tree(Path(folder) / "before", before), SealOptions(shard_size=shard_size)).manifest
        found = verify_files(_tree(Path(folder) / "after", after), manifest).differences
    named = {one.path for one in found} | {one.other for one in found if one.kind is DifferenceKind.RENAMED}
    assert named == {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _tree(root: Path, files: dict[str, bytes]) -> Path:
    root.mkdir()
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root
