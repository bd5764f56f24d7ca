"""Envelopes: what was signed is what is read, and nothing else passes for it."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.signing.dsse import is_signed_by, key_id_of, pre_authentication, public_bytes, read_envelope, sign

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
_OTHER = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)


def test_what_is_signed_is_as_the_specification_has_it() -> None:
    """The example of the DSSE protocol, version 1."""
    assert pre_authentication(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(payload=st.binary(max_size=200), payload_type=st.text(max_size=20))
def test_what_is_read_is_what_was_signed(payload: bytes, payload_type: str) -> None:
    envelope = read_envelope(sign(payload, payload_type, _KEY))
    assert (envelope.payload, envelope.payload_type) == (payload, payload_type)
    assert envelope.signatures[0].key_id == key_id_of(public_bytes(_KEY))
    assert is_signed_by(envelope, public_bytes(_KEY))
    assert not is_signed_by(envelope, public_bytes(_OTHER))
    assert not is_signed_by(envelope._replace(payload=payload + b"x"), public_bytes(_KEY))
    assert not is_signed_by(envelope._replace(payload_type=payload_type + "x"), public_bytes(_KEY))


def test_the_key_that_an_envelope_names_decides_nothing() -> None:
    forged = json.loads(sign(b"{}", "a/b", _OTHER))
    forged["signatures"][0]["keyid"] = key_id_of(public_bytes(_KEY))
    assert not is_signed_by(read_envelope(json.dumps(forged).encode()), public_bytes(_KEY))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"payload": "e30=", "payloadType": "a/b", "signatures": []}',
        b'{"payload": "e30=", "payloadType": "a/b", "signatures": [{"sig": "?"}]}',
        b'{"payload": "e30", "payloadType": "a/b", "signatures": [{"sig": "AA=="}]}',
        b'{"payload": "e30=", "payloadType": 1, "signatures": [{"sig": "AA=="}]}',
        b'{"payload": "e30=", "payloadType": "a/b", "signatures": ["AA=="]}',
        b'{"payload": "e30=", "payloadType": "a/b", "signatures": [' + b'{"sig": "AA=="},' * 99 + b'{"sig": "AA=="}]}',
        b"[" * 100_000,
        b'{"payload": "\xff"}',
    ],
)
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"envelope"):
        read_envelope(data)
