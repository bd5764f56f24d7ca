from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from custody_stand import ANNA, BEN
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.custody_chain import Custody, Link
from stillwatch.evidence.custody_statement import CustodyKind, CustodyStatement
from stillwatch.evidence.custody_trust import keys_told, refuse_ended
from stillwatch.evidence.key_history import KeyHistory, KeySpan
from stillwatch.evidence.key_statement import KeyRole
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.signing.key_kinds import id_of

_AT = datetime(2026, 11, 22, tzinfo=UTC)
_POLICY = LogPolicy(origin="log.example", log_keys=())
_DER = ANNA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
_RAW = BEN.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
_SAID = CustodyStatement(
    kind=CustodyKind.COLLECT,
    chain="c",
    number=0,
    previous="",
    root="ab" * 32,
    name="m",
    manifest="cd" * 32,
    at=_AT,
    by="Anna",
    signer=id_of(ANNA.public_key()),
)
_RECORD = Custody((Link(_SAID, "12" * 32),), _SAID.signer)


def _span(**changes: object) -> KeySpan:
    plain = {"role": KeyRole.CUSTODY, "name": "anna", "algorithm": "ecdsa", "public": _DER, "begin_at": _AT}
    return KeySpan(**(plain | changes))


def test_keys_of_keepers_are_told_and_no_others() -> None:
    spans = (_span(), _span(algorithm="ed25519", public=_RAW), _span(role=KeyRole.EXPORT, public=b"any"))
    assert keys_told(KeyHistory(spans, _POLICY)) == (ANNA.public_key(), BEN.public_key())
    other = rsa.generate_private_key(65537, 2048).public_key()
    der = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for wrong in (_span(public=der), _span(public=b"none"), _span(algorithm="ed25519", public=b"short")):
        with pytest.raises(InputError):
            keys_told(KeyHistory((wrong,), _POLICY))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"begin_at": _AT + timedelta(hours=1)}, "counts from"),
        ({"end_at": _AT}, "counted until"),
        ({"revoked_at": _AT + timedelta(hours=1), "revoked_leaf": 5}, "was revoked"),
    ],
    ids=["too-early", "ended", "revoked"],
)
def test_a_statement_by_a_key_that_did_not_count_is_refused(changes: dict[str, object], told: str) -> None:
    span = _span(**changes)
    with pytest.raises(VerificationError, match=told):
        refuse_ended(_RECORD, KeyHistory((span,), _POLICY), {_RECORD.last.sha256: 7})
    refuse_ended(_RECORD, KeyHistory((span, _span(name="again")), _POLICY), {})
    refuse_ended(_RECORD, KeyHistory((), _POLICY), {})
    if span.revoked_leaf:
        refuse_ended(_RECORD, KeyHistory((span,), _POLICY), {_RECORD.last.sha256: 4})
