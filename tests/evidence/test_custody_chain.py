"""A record holds as it was written, and in no other way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.errors import StillwatchError, VerificationError
from stillwatch.evidence.custody_chain import Custody, followed_by, link_of, read_custody, sign_statement
from stillwatch.evidence.custody_statement import CustodyKind, CustodyStatement
from stillwatch.signing.key_kinds import AnyKey, CurveKey, id_of

_A, _B, _C = (
    CurveKey(ec.derive_private_key(1, ec.SECP256R1())),
    Ed25519PrivateKey.from_private_bytes(bytes(32)),
    CurveKey(ec.derive_private_key(3, ec.SECP384R1())),
)
_KNOWN = tuple(one.public_key() for one in (_A, _B, _C))
_AT = datetime(2026, 11, 22, tzinfo=UTC)


def _id(key: AnyKey) -> str:
    return id_of(key.public_key())


def _statement(kind: CustodyKind, key: AnyKey, number: int, previous: str, **what: Any) -> CustodyStatement:
    return CustodyStatement(
        kind=kind,
        chain="c-1",
        number=number,
        previous=previous,
        root="ab" * 32,
        name="m",
        manifest="cd" * 32,
        at=_AT + timedelta(hours=number),
        by="somebody",
        signer=_id(key),
        what=what,
    )


_STEPS = (
    (CustodyKind.COLLECT, _A, {}),
    (CustodyKind.DISCLOSE, _A, {"to_name": "a court"}),
    (CustodyKind.TRANSFER, _A, {"to": _id(_B)}),
    (CustodyKind.TRANSFER, _A, {"to": _id(_C)}),
    (CustodyKind.RECEIVE, _C, {}),
    (CustodyKind.TRANSFER, _C, {"to": _id(_A)}),
)


def _lines(steps: tuple[tuple[CustodyKind, AnyKey, dict[str, Any]], ...] = _STEPS) -> list[bytes]:
    lines: list[bytes] = []
    previous = ""
    for number, (kind, key, what) in enumerate(steps):
        statement = _statement(kind, key, number, previous, **what)
        previous = link_of(statement).sha256
        lines.append(sign_statement(statement, key))
    return lines


def test_a_record_tells_who_holds_it_and_who_is_waited_for() -> None:
    lines = _lines()
    assert [
        (found.holder, found.awaited)
        for found in (read_custody(lines[:count], _KNOWN) for count in range(1, len(lines) + 1))
    ] == [
        (_id(_A), ""),
        (_id(_A), ""),
        (_id(_A), _id(_B)),
        (_id(_A), _id(_C)),
        (_id(_C), ""),
        (_id(_C), _id(_A)),
    ]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("transfer-first", "cannot begin"),
        ("two-beginnings", "a second beginning"),
        ("received-unasked", "nobody had handed it over"),
        ("received-by-another", "to whom it was handed over"),
        ("disclosed-by-another", "who held it"),
        ("handed-over-after-it-left", "who held it"),
        ("handed-to-nobody", "handed over to nobody"),
    ],
)
def test_nobody_states_what_is_not_his_turn(steps: str, told: str) -> None:
    begin = (CustodyKind.COLLECT, _A, {})
    given = (CustodyKind.TRANSFER, _A, {"to": _id(_B)})
    wrong: dict[str, tuple[tuple[CustodyKind, AnyKey, dict[str, Any]], ...]] = {
        "transfer-first": (given,),
        "two-beginnings": (begin, (CustodyKind.DERIVE, _A, {})),
        "received-unasked": (begin, (CustodyKind.RECEIVE, _B, {})),
        "received-by-another": (begin, given, (CustodyKind.RECEIVE, _C, {})),
        "disclosed-by-another": (begin, (CustodyKind.DISCLOSE, _B, {})),
        "handed-over-after-it-left": (begin, given, (CustodyKind.RECEIVE, _B, {}), given),
        "handed-to-nobody": (begin, (CustodyKind.TRANSFER, _A, {})),
    }
    with pytest.raises(VerificationError, match=told):
        read_custody(_lines(wrong[steps]), _KNOWN, "custody.jsonl")


def test_no_line_can_be_taken_out_put_in_moved_or_changed() -> None:
    lines = _lines()
    tampered = [
        *(lines[:at] + lines[at + 1 :] for at in range(len(lines) - 1)),
        *([*lines[:at], lines[at], *lines[at:]] for at in range(len(lines))),
        *([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]] for at in range(len(lines) - 1)),
        *([*lines[:at], lines[at].replace(b"A", b"B", 1), *lines[at + 1 :]] for at in range(len(lines))),
        [*lines[:2], b"", *lines[2:]],
        [],
    ]
    for one in tampered:
        with pytest.raises(StillwatchError):
            read_custody(one, _KNOWN)


def test_a_statement_counts_only_under_the_key_that_it_names_and_that_is_trusted() -> None:
    statement = _statement(CustodyKind.COLLECT, _A, 0, "")
    with pytest.raises(VerificationError, match="another key than it says"):
        read_custody([sign_statement(statement, _B)], _KNOWN)
    with pytest.raises(VerificationError, match="none of the keys"):
        read_custody([sign_statement(statement, _A)], _KNOWN[1:])
    with pytest.raises(VerificationError, match="no key is trusted"):
        read_custody([sign_statement(statement, _A)], [])
    envelope = json.loads(sign_statement(statement, _A)) | {"payloadType": "text/plain"}
    with pytest.raises(VerificationError, match="something else"):
        read_custody([json.dumps(envelope).encode()], _KNOWN)


def test_a_statement_of_another_thing_does_not_follow() -> None:
    first = followed_by(None, link_of(_statement(CustodyKind.COLLECT, _A, 0, "")))
    right = _statement(CustodyKind.DISCLOSE, _A, 1, first.last.sha256)
    assert isinstance(followed_by(first, link_of(right)), Custody)
    for wrong in ({"root": "00" * 32}, {"chain": "c-2"}, {"manifest": "00" * 32}):
        with pytest.raises(VerificationError, match="of something else"):
            followed_by(first, link_of(replace(right, **wrong)))
    early = replace(right, at=_AT - timedelta(days=1))
    assert followed_by(first, link_of(early)).last.is_late
