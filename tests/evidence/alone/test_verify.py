"""The program for strangers beside the product: it finds what the product finds, or says what it did not look at."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sealed_package import (
    WITNESS,
    MemoryLog,
    case_of,
    custody_record,
    keeper_pems,
    keys_of,
    package,
    policy,
    seal,
)
from stillwatch.core.errors import VerificationError
from stillwatch.evidence import alone
from stillwatch.evidence.merkle_proof import check_consistency, check_inclusion
from stillwatch.evidence.merkle_tree import consistency_path, inclusion_path, leaf_hash, root_of
from stillwatch.evidence.sealed_case import Tier
from stillwatch.evidence.store_zip import read_zip
from tampered_packages import UNSEEN_BY_ED25519, all_of, altered_records, flips, flips_of_files, zipped

if TYPE_CHECKING:
    from types import ModuleType

_FOLDER = Path(next(iter(alone.__path__)))
_KEY = str(policy().log_keys[0])


def _module(name: str) -> ModuleType:
    spec = spec_from_file_location(name, _FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


_VERIFY = _module("verify")
_SECOND = _module("verify_ml_dsa").ml_dsa_holds


class _Asked:
    def __init__(self, path: Path, **more: Any) -> None:
        self.package, self.key, self.witness, self.quorum = str(path), [_KEY], [str(WITNESS)], 1
        self.seen: list[str] = []
        self.opening: list[str] = []
        vars(self).update(more)


def _checked(tmp_path: Path, data: bytes, **more: Any) -> list[tuple[str, str, str]]:
    (tmp_path / "case.zip").write_bytes(data)
    made: list[tuple[str, str, str]] = _VERIFY.run(_Asked(tmp_path / "case.zip", **more))
    return made


def _fails(made: list[tuple[str, str, str]]) -> bool:
    return any(outcome == "FAILS" for _, outcome, _ in made)


def test_it_is_one_short_file_of_the_standard_library() -> None:
    source = (_FOLDER / "verify.py").read_text("utf-8")
    assert len(source.splitlines()) < 500
    imported = {name.name for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Import) for name in one.names}
    imported |= {one.module or "" for one in ast.walk(ast.parse(source)) if isinstance(one, ast.ImportFrom)}
    assert imported - sys.stdlib_module_names == {"verify_ml_dsa"}
    ast.parse(source, feature_version=(3, 9))


@pytest.mark.parametrize("tier", list(Tier))
def test_what_was_sealed_holds_by_itself(tmp_path: Path, tier: Tier) -> None:
    for name in ("verify.py", "verify_ml_dsa.py"):
        (tmp_path / name).write_bytes((_FOLDER / name).read_bytes())
    (tmp_path / "case.zip").write_bytes(package(tier))
    command = [
        sys.executable,
        "-I",
        "-S",
        str(tmp_path / "verify.py"),
        str(tmp_path / "case.zip"),
        "--key",
        _KEY,
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    found = json.loads(done.stdout)
    assert (done.returncode, found["outcome"], done.stderr) == (0, "holds", "")
    assert [name for name, outcome, _ in found["checks"] if outcome == "holds"] == [
        *("archive", "keys", "checkpoint", "proofs", "manifest", "contents", "shown", "custody", "batches"),
        *("redactions", "earlier"),
    ]


def test_exit_codes_and_words_for_people(tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_bytes(package()[:-1])
    for path, code, told in (("case.zip", 1, "FAILS     archive"), ("none.zip", 2, "")):
        command = [sys.executable, str(_FOLDER / "verify.py"), str(tmp_path / path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
        assert (done.returncode, done.stdout.startswith(told)) == (code, True)


def test_every_third_alteration_is_found(tmp_path: Path) -> None:
    cases = [one for one in all_of(package()) if one[0] != UNSEEN_BY_ED25519]
    assert [name for name, data in cases[::3] if not _fails(_checked(tmp_path, data))] == []


def test_what_only_ml_dsa_shows_is_named_as_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = next(data for name, data in all_of(package()) if name == UNSEEN_BY_ED25519)
    made = _checked(tmp_path, altered)
    assert (_fails(made), ("ML-DSA-44", "not done") in [one[:2] for one in made]) == (False, True)
    monkeypatch.setattr(_VERIFY, "ml_dsa_holds", _SECOND)
    assert _fails(_checked(tmp_path, altered))


def test_custody_by_keys_on_curves_is_named_as_not_looked_at(tmp_path: Path) -> None:
    whole = custody_record()
    keys = replace(keys_of(), custody=keeper_pems())
    for lines in (whole, *altered_records(whole).values()):
        log = MemoryLog()
        made = _checked(tmp_path, seal(case_of(log, keys=keys, lines=lines), log))
        assert [(outcome, why) for name, outcome, why in made if name == "custody"] == [
            ("not done", "signed with keys of another kind than Ed25519: stillwatch verify checks them")
        ]
        assert not _fails(made)


@pytest.mark.slow
def test_every_alteration_is_found(tmp_path: Path) -> None:
    cases = [one for one in all_of(package()) if one[0] != UNSEEN_BY_ED25519]
    assert [name for name, data in cases if not _fails(_checked(tmp_path, data))] == []


def test_a_bit_flipped_anywhere_is_found(tmp_path: Path) -> None:
    cases = [*flips(package(), every=5003), *((what, data) for what, _, data in flips_of_files(package(), 4))]
    assert [name for name, data in cases if not _fails(_checked(tmp_path, data))] == []


@pytest.mark.slow
def test_many_bits_of_every_file_and_of_the_archive(tmp_path: Path) -> None:
    cases = [*flips(package(), every=331), *((what, data) for what, _, data in flips_of_files(package(), 40))]
    assert [name for name, data in cases if not _fails(_checked(tmp_path, data))] == []


@settings(max_examples=8)
@given(st.sampled_from(list(Tier)), st.integers(0, 5), st.integers(0, 40))
def test_nothing_valid_is_refused(
    tmp_path_factory: pytest.TempPathFactory, tier: Tier, earlier: int, before: int
) -> None:
    log = MemoryLog(entries=[b"noted before %d" % at for at in range(before)])
    made = _checked(tmp_path_factory.mktemp("case"), seal(case_of(log, tier=tier), log, earlier=earlier))
    assert not _fails(made)


def test_what_the_reader_knows_counts(tmp_path: Path) -> None:
    log = MemoryLog()
    data = seal(case_of(log), log, earlier=3)
    forked = MemoryLog(entries=[b"another story", *log.entries[1:]])
    for name, note in (("same", log.head(3)), ("fork", forked.head(3)), ("far", log.head(5))):
        (tmp_path / name).write_text(str(note))
    outcomes = {
        name: {one: outcome for one, outcome, _ in _checked(tmp_path, data, seen=[str(tmp_path / name)])}["seen"]
        for name in ("same", "fork", "far")
    }
    assert outcomes == {"same": "holds", "fork": "FAILS", "far": "not done"}
    assert "whose keys" in [name for name, *_ in _checked(tmp_path, data, key=[])]
    assert _fails(_checked(tmp_path, data, quorum=2))


def test_stamps_are_of_the_checkpoint_and_whose_they_are_is_named_as_not_looked_at(tmp_path: Path) -> None:
    log = MemoryLog()
    data = seal(
        case_of(log), log, stamp=lambda note: b"\x04\x40" + hashlib.sha512(note).digest() + b"\x18\x0f20261122120000Z"
    )
    told = [one for one in _checked(tmp_path, data) if one[0] == "stamps"]
    assert [(outcome, "20261122120000Z in tsa/checkpoint.tsr" in why) for _, outcome, why in told] == [
        ("not done", True)
    ]
    other = MemoryLog()
    over = seal(case_of(other), other, stamp=lambda _: hashlib.sha512(b"another checkpoint").digest())
    assert _checked(tmp_path, over)[-1][:2] == ("stamps", "FAILS")


def test_an_archive_of_many_files_takes_no_time(tmp_path: Path) -> None:
    (tmp_path / "many.zip").write_bytes(zipped({f"f{number:05}": b"" for number in range(40_000)}))
    began = time.process_time()
    assert len(_VERIFY.read_zip(_VERIFY.mapped(str(tmp_path / "many.zip")))) == 40_000
    assert time.process_time() - began < 3


def test_fields_that_are_shown_later(tmp_path: Path) -> None:
    openings = json.loads(bytes(read_zip(memoryview(package(Tier.CONFIDENTIAL)))["openings.json"]))
    (tmp_path / "shown.json").write_text(json.dumps(openings))
    asked = {"opening": [str(tmp_path / "shown.json")]}
    assert ("openings", "holds") in [one[:2] for one in _checked(tmp_path, package(), **asked)]
    openings["openings"][0]["value"] = "acct-8"
    (tmp_path / "shown.json").write_text(json.dumps(openings))
    assert _fails(_checked(tmp_path, package(), **asked))


_RFC_8032 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
]
_SIGNATURES = [
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
]


@pytest.mark.parametrize(
    ("secret", "message", "signature"), [(*one, made) for one, made in zip(_RFC_8032, _SIGNATURES, strict=True)]
)
def test_the_vectors_of_rfc_8032(secret: str, message: str, signature: str) -> None:
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw()
    signed, text = bytes.fromhex(signature), bytes.fromhex(message)
    assert _VERIFY.ed25519_holds(public, signed, text)
    assert not _VERIFY.ed25519_holds(public, signed, text + b"!")
    scalar = int.from_bytes(signed[32:], "little") + _VERIFY.ORDER
    malleable = signed[:32] + scalar.to_bytes(32, "little")
    assert not _VERIFY.ed25519_holds(public, malleable, text)
    for wrong in (signed[:63], signed + b"\0", signed[:32] + bytes(32)):
        assert not _VERIFY.ed25519_holds(public, wrong, text)
    with pytest.raises(ValueError, match="no point"):
        _VERIFY.ed25519_holds(b"\xff" * 32, signed, text)


@given(st.integers(1, 40), st.data())
def test_its_trees_are_the_products(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([at])) for at in range(size)]
    root = root_of(leaves)
    at = data.draw(st.integers(0, size - 1))

    def hash_at(level: int, place: int) -> bytes:
        return root_of(leaves[place << level : (place + 1) << level])

    path = inclusion_path(hash_at, at, size)
    check_inclusion(leaves[at], at, size, path, root)
    assert _VERIFY.climbed(leaves[at], at, size - 1, path)[1] == root
    assert _VERIFY.root_of(memoryview(b"".join(leaves))) == root
    old = root_of(leaves[: at + 1])
    between = consistency_path(hash_at, at + 1, size)
    check_consistency(at + 1, old, size, between, root)
    _VERIFY.check_consistency(at + 1, old, size, between, root)
    for wrong in (between[:-1], [*between, root], [root, *between[1:]]):
        if wrong != between:
            with pytest.raises(VerificationError):
                check_consistency(at + 1, old, size, wrong, root)
            with pytest.raises(_VERIFY.Refused):
                _VERIFY.check_consistency(at + 1, old, size, wrong, root)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5) | st.floats(1e-4, 1e15),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=4), held, max_size=3),
    max_leaves=6,
)


@given(_JSON)
def test_its_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert _VERIFY.canonical(value).encode() == rfc8785.dumps(value)


def test_numbers_that_it_cannot_write_are_not_guessed_at() -> None:
    for value in (1e-7, 1e300, float("inf")):
        with pytest.raises(_VERIFY.Unable):
            _VERIFY.canonical([value])
