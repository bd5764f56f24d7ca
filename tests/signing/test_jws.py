"""Signed claims hold in both directions with PyJWT, and no known trick on such tokens passes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as some

from licensed import KEY, OTHER, PUBLIC
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.signing.jws import read_jws, write_jws

KIND = "licence+jwt"
CLAIMS = {"sub": "Häfen", "n": 5, "in": {"a": [1, 2]}}
PRIVATE_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC_PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
TEXT = write_jws(CLAIMS, KIND, KEY)


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_pyjwt_reads_what_we_write() -> None:
    assert jwt.decode(TEXT, PUBLIC_PEM, algorithms=["EdDSA"], options={"verify_sub": False}) == CLAIMS
    assert jwt.get_unverified_header(TEXT)["typ"] == KIND


def test_we_read_what_pyjwt_writes() -> None:
    text = jwt.encode(CLAIMS, PRIVATE_PEM, algorithm="EdDSA", headers={"typ": KIND})
    assert read_jws(text, KIND, [OTHER.public_key(), PUBLIC]) == CLAIMS


@given(some.integers(0, len(TEXT) - 1), some.sampled_from("AZaz09-_.="))
def test_a_changed_character_does_not_hold(place: int, character: str) -> None:
    changed = TEXT[:place] + character + TEXT[place + 1 :]
    if changed == TEXT:
        return
    with pytest.raises((InputError, VerificationError)):
        read_jws(changed, KIND, [PUBLIC])


def none() -> str:
    return f"{encoded({'alg': 'none', 'typ': KIND})}.{encoded(CLAIMS)}."


def by_the_public_key_as_a_secret() -> str:
    signed = f"{encoded({'alg': 'HS256', 'typ': KIND})}.{encoded(CLAIMS)}"
    mac = hmac.new(PUBLIC_PEM, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_its_own_key() -> str:
    return jwt.encode(CLAIMS, OTHER, algorithm="EdDSA", headers={"typ": KIND, "jwk": {"kty": "OKP"}})


def critical() -> str:
    return jwt.encode(CLAIMS, PRIVATE_PEM, algorithm="EdDSA", headers={"typ": KIND, "crit": ["b64"]})


@pytest.mark.parametrize(
    "made", [none, by_the_public_key_as_a_secret, with_its_own_key, critical], ids=lambda made: made.__name__
)
def test_known_tricks_are_refused(made: Any) -> None:
    with pytest.raises((InputError, VerificationError)):
        read_jws(made(), KIND, [PUBLIC])


def test_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match=r"no receipt\+jwt"):
        read_jws(TEXT, "receipt+jwt", [PUBLIC])
    with pytest.raises(VerificationError, match="none of the known keys"):
        read_jws(TEXT, KIND, [])


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c.d", "é.e30.x", f"{TEXT}=", TEXT.replace(".", "..", 1), "x" * (1 << 21)]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_jws(text, KIND, [PUBLIC])


def test_a_name_that_stands_twice_is_refused() -> None:
    header, _, _ = TEXT.split(".")
    payload = base64.urlsafe_b64encode(b'{"sub": "a", "sub": "b"}').rstrip(b"=").decode()
    signature = base64.urlsafe_b64encode(KEY.sign(f"{header}.{payload}".encode())).rstrip(b"=").decode()
    with pytest.raises(InputError, match="a name stands twice"):
        read_jws(f"{header}.{payload}.{signature}", KIND, [PUBLIC])
