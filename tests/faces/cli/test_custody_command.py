"""`stillwatch custody`, as keepers, receivers and outsiders use it; `model_signing` judges the seals."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from custody_stand import model
from stillwatch.core.errors import SettingsError, VerificationError
from stillwatch.faces.cli.custody_command import custody_command
from stillwatch.faces.cli.log_command import log_command

if TYPE_CHECKING:
    import click


def _run(*arguments: str | Path, code: int = 0, command: click.Command = custody_command) -> str:
    done = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    assert done.return_value == code
    return done.output


class _Site:
    """A folder with a model in it, and two keepers with keys in files."""

    def __init__(self, folder: Path) -> None:
        self.model = model(folder / "model-7")
        self.custody = folder / "model-7.custody"
        self.keys = {}
        for name in ("anna", "ben"):
            self.keys[name] = folder / f"{name}.pem"
            _run("key", self.keys[name])

    def public(self, name: str) -> Path:
        return self.keys[name].with_suffix(".pub")

    def signed(self, name: str) -> tuple[str | Path, ...]:
        return ("--key", self.keys[name], "--by", name.title())

    def trusted(self) -> tuple[str | Path, ...]:
        return ("--trust", self.public("anna"), "--trust", self.public("ben"))


def test_a_model_is_sealed_handed_over_received_and_checked(tmp_path: Path) -> None:
    site = _Site(tmp_path)
    _run("init", "--log", tmp_path / "log", "--origin", "lab.example/1", command=log_command)
    told = _run("seal", site.model, *site.signed("anna"), "--source", "run 7", "--evidence", tmp_path / "log")
    assert "3 files, 5.3 kB" in told
    assert "leaf 0, leaf 1" in told
    to = ("--to", site.public("ben"), "--to-name", "Ben", "--means", "disk WD-1")
    assert "to Ben" in _run("transfer", site.model, *to, *site.signed("anna"))
    assert _run("public", site.keys["ben"]) == site.public("ben").read_text("utf-8")
    assert "who has not signed yet" in _run("history", site.model, *site.trusted())
    assert "checked by sha256" in _run("receive", site.model, *site.signed("ben"), *site.trusted())
    said = ("--to-name", "Court", "--authority", "an order", "--extent", "a copy")
    assert "a copy to Court, by an order" in _run("disclose", site.model, *said, *site.signed("ben"), *site.trusted())
    with pytest.raises(VerificationError, match="nothing proves"):
        _run("verify", site.model, *site.trusted(), "--log-toml", tmp_path / "log" / "log.toml")
    assert "leaves 0, 1, 2, 3, 4" in _run("prove", site.model, *site.trusted(), "--evidence", tmp_path / "log")
    found = _run("verify", site.model, *site.trusted(), "--log-toml", tmp_path / "log" / "log.toml")
    assert "as it was sealed; 3 files" in found
    assert "5 leaves proved" in found
    assert "held by Ben" in found
    plain = json.loads(_run("history", site.model, *site.trusted(), "--json"))
    assert [one["kind"] for one in plain["statements"]] == ["collect", "transfer", "receive", "disclose"]


def test_changes_are_told_and_nothing_is_signed_for_them(tmp_path: Path) -> None:
    site = _Site(tmp_path)
    sealed = json.loads(_run("seal", site.model, *site.signed("anna"), "--json"))
    to = ("--to", site.public("ben"), "--to-name", "Ben", "--means", "disk")
    _run("transfer", site.model, *to, *site.signed("anna"))
    (site.model / "config.json").rename(site.model / "configuration.json")
    assert "NOT as it was sealed" in _run("receive", site.model, *site.signed("ben"), *site.trusted(), code=1)
    found = json.loads(_run("verify", site.model, *site.trusted(), "--fast", "--json", code=1))
    assert found["differences"] == [{"kind": "renamed", "path": "config.json", "other": "configuration.json"}]
    assert (found["root"], found["awaited"]) == (
        sealed["statement"]["root"],
        json.loads(_run("history", site.model, *site.trusted(), "--json"))["statements"][1]["what"]["to"],
    )


def test_what_was_made_of_it_names_it(tmp_path: Path) -> None:
    site = _Site(tmp_path)
    _run("seal", site.model, *site.signed("anna"), "--evidence", _log(tmp_path))
    for kind in ("derive", "redact"):
        made = model(tmp_path / kind)
        said = ("--from", site.custody, "--how", "a merge", *(("--removed", "names") if kind == "redact" else ()))
        _run(kind, made, *said, *site.signed("ben"), *site.trusted(), "--with-git")
        assert "out of model-7: a merge" in _run("history", made, *site.trusted())
    with pytest.raises(SettingsError, match="no record"):
        _run("derive", made, "--from", tmp_path, "--how", "x", *site.signed("ben"), "--custody", tmp_path / "c")


def _log(folder: Path) -> Path:
    _run("init", "--log", folder / "log", "--origin", "lab.example/1", command=log_command)
    return folder / "log"


_JUDGE = Path(sys.prefix) / "judges" / "bin" / "model_signing"
_judged = pytest.mark.skipif(not _JUDGE.exists(), reason="model-signing is not installed: make .venv/.judges")


def _judge(*arguments: str | Path) -> str:
    done = subprocess.run([_JUDGE, *arguments], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own words
    return done.stdout + done.stderr


@_judged
def test_model_signing_accepts_our_seal_and_no_other_model(tmp_path: Path) -> None:
    site = _Site(tmp_path)
    (site.model / ".gitattributes").write_text("*.safetensors lfs", "utf-8")
    _run("seal", site.model, *site.signed("anna"))
    verify = ("verify", "key", "--signature", site.custody / "model.sig", "--public_key", site.public("anna"))
    assert "Verification succeeded" in _judge(*verify, site.model)
    (site.model / "added").touch()
    assert "Extra files" in _judge(*verify, site.model)


@_judged
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_seal_of_model_signing_is_checked_by_its_signature_alone(tmp_path: Path) -> None:
    root, key = model(tmp_path / "theirs"), tmp_path / "key.pem"
    for made in (["ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", key], ["ec", "-in", key, "-pubout"]):
        done = subprocess.run(["openssl", *made], capture_output=True, check=True)  # noqa: S603, S607  # any openssl
    (tmp_path / "key.pub").write_bytes(done.stdout)
    signature = root / "model.sig"
    assert "Signing succeeded" in _judge("sign", "key", "--private_key", key, "--signature", signature, root)
    asked = ("verify", root, "--signature", signature, "--trust", tmp_path / "key.pub")
    assert "as it was sealed; 3 files" in _run(*asked)
    (root / "config.json").write_bytes(b"other")
    assert "changed     config.json" in _run(*asked, code=1)


_VARIANTS = """
import sys
from pathlib import Path
import model_signing
root, key, public, out, ours = map(Path, sys.argv[1:])
for name, choose in {
    "shards": lambda one: one.use_shard_serialization(shard_size=200),
    "shards-blake2": lambda one: one.use_shard_serialization(hashing_algorithm="blake2", shard_size=1000),
    "blake3": lambda one: one.use_file_serialization(hashing_algorithm="blake3"),
}.items():
    signing = model_signing.signing.Config().use_elliptic_key_signer(private_key=key)
    signing.set_hashing_config(choose(model_signing.hashing.Config())).sign(root, out / f"{name}.sig")
model_signing.verifying.Config().use_elliptic_key_verifier(public_key=public).verify(root, ours)
"""


@_judged
def test_parts_and_other_hashes_are_understood_both_ways(tmp_path: Path) -> None:
    site = _Site(tmp_path)
    (site.model / "large").write_bytes(bytes((1 << 20) + 5))
    _run("seal", site.model, *site.signed("anna"), "--shard-bytes", 1 << 20, "--no-hardware")
    files = (site.model, site.keys["anna"], site.public("anna"), tmp_path, site.custody / "model.sig")
    subprocess.run([_JUDGE.with_name("python"), "-c", _VARIANTS, *files], check=True, timeout=60)  # noqa: S603  # our own words
    signatures = sorted(tmp_path.glob("*.sig"))
    assert {one.stem for one in signatures} == {"blake3", "shards", "shards-blake2"}
    for is_changed in (False, True):
        if is_changed:
            (site.model / "large").write_bytes(bytes(1 << 20) + b"other")
        for one in signatures:
            asked = ("verify", site.model, "--signature", one, "--trust", site.public("anna"))
            assert ("changed     large" in _run(*asked, code=int(is_changed))) is is_changed


_RECORD_READ = """
import json, sys
from pathlib import Path
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import Parse
from in_toto_attestation.v1 import statement, statement_pb2
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
record, *publics = map(Path, sys.argv[1:])
for line, public in zip(record.read_text().splitlines(), publics, strict=True):
    key = SSlibKey.from_crypto(load_pem_public_key(public.read_bytes()))
    key.keyid = json.loads(line)["signatures"][0]["keyid"]
    envelope = Envelope.from_dict(json.loads(line))
    envelope.verify([key], 1)
    statement.Statement.copy_from_pb(Parse(envelope.payload, statement_pb2.Statement())).validate()
"""


@_judged
def test_the_record_is_what_in_toto_and_securesystemslib_read(tmp_path: Path) -> None:
    site = _Site(tmp_path)
    _run("seal", site.model, *site.signed("anna"))
    to = ("--to", site.public("ben"), "--to-name", "Ben", "--means", "disk")
    _run("transfer", site.model, *to, *site.signed("anna"))
    _run("receive", site.model, *site.signed("ben"), *site.trusted())
    keys = [site.public(name) for name in ("anna", "anna", "ben")]
    judge = [_JUDGE.with_name("python"), "-c", _RECORD_READ, site.custody / "custody.jsonl"]
    subprocess.run([*judge, *keys], check=True, timeout=60)  # noqa: S603  # our own words
    swapped = subprocess.run([*judge, *keys[::-1]], check=False, timeout=60, capture_output=True)  # noqa: S603  # same
    assert b"VerificationError" in swapped.stderr
