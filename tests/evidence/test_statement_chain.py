"""Statements of custody in their order: what was taken out, put in, moved or signed by another is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealed_package import CUSTODIAN, custody_lines, custody_pem
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.statement_chain import check_chain, payload_of
from stillwatch.signing.dsse import sign

_LINES = custody_lines(4)
_KEYS = [custody_pem()]
_OTHER = Ed25519PrivateKey.from_private_bytes(bytes([4] * 32))


def test_a_chain_holds() -> None:
    found = check_chain(_LINES, _KEYS)
    assert [one.statement["predicate"]["step"] for one in found] == [0, 1, 2, 3]
    assert {one.signers for one in found} == {(_KEYS[0],)}
    assert check_chain((), _KEYS) == ()


@pytest.mark.parametrize(
    "lines",
    [
        _LINES[1:],
        _LINES[:1] + _LINES[2:],
        (_LINES[0], _LINES[2], _LINES[1], _LINES[3]),
        (_LINES[0], _LINES[0]),
        custody_lines(2, key=_OTHER),
        (sign(payload_of(_LINES[0]), "application/json", CUSTODIAN),),
        (sign(b'{"_type":"other"}', "application/vnd.in-toto+json", CUSTODIAN),),
        (sign(b'{"_type":"https://in-toto.io/Statement/v1"}', "application/vnd.in-toto+json", CUSTODIAN),),
    ],
    ids=["beheaded", "gap", "moved", "twice", "other key", "other type", "other statement", "no predicate"],
)
def test_a_chain_that_was_changed_does_not(lines: tuple[bytes, ...]) -> None:
    with pytest.raises(VerificationError):
        check_chain(lines, _KEYS, "custody.jsonl")


def _said(at: object) -> bytes:
    predicate = {"previous": "", "at": at}
    return sign(
        json.dumps({"_type": "https://in-toto.io/Statement/v1", "predicate": predicate}).encode(),
        "application/vnd.in-toto+json",
        CUSTODIAN,
    )


def test_the_time_that_a_statement_bears() -> None:
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    for text in ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00.000000Z", "2026-07-01T02:00:00+02:00"):
        assert check_chain([_said(text)], _KEYS)[0].at == moment
    assert check_chain(_LINES, _KEYS)[0].at is None
    for wrong in ("2026-07-01T00:00:00", "yesterday", 7):
        with pytest.raises(VerificationError, match="time"):
            check_chain([_said(wrong)], _KEYS)


@pytest.mark.parametrize(("lines", "keys"), [((b"{}",), _KEYS), (_LINES, ["no key"]), ((b"[" * 9999,), _KEYS)])
def test_what_is_no_envelope_or_no_key_is_refused(lines: tuple[bytes, ...], keys: list[str]) -> None:
    with pytest.raises(InputError):
        check_chain(lines, keys)
