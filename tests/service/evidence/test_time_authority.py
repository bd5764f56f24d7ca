"""A time authority of one's own, judged by the openssl program; what does not hold is refused."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest

from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.evidence.timestamp import ask_for, check_timestamp, read_roots
from stillwatch.service.evidence.time_authority import CHAIN, answer, make_authority

pytestmark = pytest.mark.skipif(which("openssl") is None, reason="no openssl program")
_DATA = b"log.example\n7\nroot\n"
_NOW = datetime.now(UTC)


def _made(folder: Path, name: str = "lab time", *, since: datetime = _NOW - timedelta(days=1), days: int = 9) -> Path:
    make_authority(folder, name, valid_from=since, days=days)
    return folder


def test_a_stamp_is_checked_by_us_and_by_openssl(tmp_path: Path) -> None:
    authority = _made(tmp_path / "tsa")
    asked = ask_for(_DATA)
    token = answer(authority, asked.query)
    roots = read_roots((authority / CHAIN).read_bytes())
    stamped = check_timestamp(token, _DATA, roots, nonce=asked.nonce)
    assert abs(stamped.at - datetime.now(UTC)) < timedelta(seconds=60)
    assert stamped.authority == "CN=lab time"
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(_DATA)
    command = ["openssl", "ts", "-verify", "-in", str(tmp_path / "token"), "-data", str(tmp_path / "data")]
    command += ["-CAfile", str(authority / CHAIN)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert "Verification: OK" in done.stdout + done.stderr


def test_an_authority_may_be_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _made(tmp_path / "tsa")
    monkeypatch.chdir(tmp_path)
    assert answer(Path("tsa"), ask_for(_DATA).query)


def test_a_stamp_over_something_else_of_somebody_else_or_for_another_question_is_refused(tmp_path: Path) -> None:
    authority, other = _made(tmp_path / "tsa"), _made(tmp_path / "other")
    asked = ask_for(_DATA)
    token = answer(authority, asked.query)
    roots, others = (read_roots((one / CHAIN).read_bytes()) for one in (authority, other))
    for arguments, options in (
        ((token, _DATA + b"!", roots), {}),
        ((token, _DATA, others), {}),
        ((token, _DATA, ()), {}),
        ((token, _DATA, roots), {"nonce": asked.nonce + 1}),
        ((b"\x30\x03\x02\x01\x00", _DATA, roots), {}),
    ):
        with pytest.raises(VerificationError):
            check_timestamp(*arguments, **options)  # type: ignore[arg-type]  # one list for all of them


def test_no_bit_that_says_anything_can_be_flipped(tmp_path: Path) -> None:
    authority = _made(tmp_path / "tsa")
    asked = ask_for(_DATA)
    token = answer(authority, asked.query)
    roots = read_roots((authority / CHAIN).read_bytes())
    stated = check_timestamp(token, _DATA, roots, nonce=asked.nonce)
    refused = 0
    for bit in range(0, len(token) * 8, 5):
        changed = bytearray(token)
        changed[bit // 8] ^= 1 << bit % 8
        try:  # CMS leaves its own version numbers and the name of the algorithm unsigned: they say nothing
            assert check_timestamp(bytes(changed), _DATA, roots, nonce=asked.nonce) == stated
        except VerificationError:
            refused += 1
    assert refused > len(token) * 8 / 5 * 0.97


def test_an_authority_whose_certificate_had_run_out_is_refused(tmp_path: Path) -> None:
    expired = _made(tmp_path / "tsa", since=_NOW - timedelta(days=30), days=20)
    asked = ask_for(_DATA)
    roots = read_roots((expired / CHAIN).read_bytes())
    with pytest.raises((VerificationError, InputError)):
        check_timestamp(answer(expired, asked.query), _DATA, roots)


def test_what_is_no_request_gets_no_stamp(tmp_path: Path) -> None:
    authority = _made(tmp_path / "tsa")
    with pytest.raises((InputError, VerificationError)):
        check_timestamp(answer(authority, b"nonsense"), _DATA, read_roots((authority / CHAIN).read_bytes()))
    with pytest.raises(SettingsError, match="already"):
        make_authority(authority, "again", valid_from=_NOW)
    with pytest.raises(SettingsError, match="no time authority"):
        answer(tmp_path / "none", ask_for(_DATA).query)
    (authority / "signer.key").chmod(0o644)
    with pytest.raises(SettingsError):
        answer(authority, ask_for(_DATA).query)
