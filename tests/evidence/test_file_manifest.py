"""Manifests of files are read as they were written; what contradicts itself is refused."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import StillwatchError
from stillwatch.evidence.file_manifest import (
    FileManifest,
    Part,
    SealedPart,
    read_manifest,
    root_of_manifest,
    write_manifest,
)

_NAME = st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=12)
_PATH = st.lists(_NAME.filter(lambda one: one not in {".", ".."}), min_size=1, max_size=3).map("/".join)
_HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)


def _sealed(path: str, content: bytes = b"x") -> SealedPart:
    digest = hashlib.sha256(content).hexdigest()
    return SealedPart(Part(path), digest, len(content), digest)


@given(st.dictionaries(_PATH, st.tuples(_HEX, _HEX, st.integers(0, 1 << 50)), min_size=1, max_size=5), st.booleans())
def test_whatever_names_files_have_a_manifest_is_read_as_it_was_written(
    files: dict[str, tuple[str, str, int]], is_sharded: bool
) -> None:
    made = [
        SealedPart(Part(path, 0, 7) if is_sharded else Part(path), digest, size, second)
        for path, (digest, second, size) in files.items()
    ]
    parts = tuple(sorted(made, key=lambda one: one.part.order))
    manifest = FileManifest(name="m", parts=parts, shard_size=7 * is_sharded, ignored=(".git",))
    assert read_manifest(write_manifest(manifest)) == manifest


def test_parts_are_ordered_by_folders_and_the_digest_is_over_theirs() -> None:
    parts = [_sealed("a.txt"), _sealed("a/b"), _sealed("a-b")]
    paths = [one.part.path for one in sorted(parts, key=lambda one: one.part.order)]
    assert paths == ["a/b", "a-b", "a.txt"]
    manifest = FileManifest(name="m", parts=tuple(parts))
    digests = b"".join(bytes.fromhex(one.digest) for one in parts)
    assert root_of_manifest(manifest) == hashlib.sha256(digests).hexdigest()


def _changed(**changes: object) -> dict[str, object]:
    whole = json.loads(write_manifest(FileManifest(name="m", parts=(_sealed("a"), _sealed("b", b"y")))))
    for place, value in changes.items():
        *above, last = place.split("__")
        found = whole
        for name in above:
            found = found[int(name)] if name.isdigit() else found[name]
        found[int(last) if last.isdigit() else last] = value
    return whole


_WRONG = {
    "another predicate": {"predicateType": "https://slsa.dev/provenance/v1"},
    "another statement": {"_type": "https://in-toto.io/Statement/v0.1"},
    "no file": {"predicate__resources": [], "predicate__second": []},
    "a file twice": {"predicate__resources__1__name": "a"},
    "a path out of it": {"predicate__resources__0__name": "../a"},
    "an absolute path": {"predicate__resources__0__name": "/a"},
    "a path in another spelling": {"predicate__resources__0__name": "./a"},
    "another digest": {"predicate__resources__0__digest": "00" * 32},
    "no digest": {"predicate__resources__0__digest": "xy" * 32},
    "a short digest": {"predicate__resources__0__digest": "00"},
    "fewer sizes than files": {"predicate__second": [{"size": 1, "blake3": "00" * 32}]},
    "an unknown algorithm": {"predicate__serialization__hash_type": "md5"},
    "an unknown method": {"predicate__serialization__method": "tensors"},
    "parts of no size": {"predicate__serialization__method": "shards", "predicate__serialization__shard_size": 0},
    "parts without offsets": {"predicate__serialization__method": "shards", "predicate__serialization__shard_size": 9},
    "a name that is no text": {"subject__0__name": 7},
    "two subjects": {"subject": [{}, {}]},
    "a list": {"predicate": []},
}


@pytest.mark.parametrize("wrong", _WRONG)
def test_what_contradicts_itself_is_refused(wrong: str) -> None:
    with pytest.raises(StillwatchError):
        read_manifest(json.dumps(_changed(**_WRONG[wrong])).encode(), "model.sig")
    read_manifest(json.dumps(_changed()).encode())
