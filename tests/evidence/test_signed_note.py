"""Signed notes: the example of the specification, and what has to be refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.signed_note import (
    Note,
    NoteSignature,
    SignatureType,
    Verifier,
    read_note,
    read_signatures,
    read_verifier,
    verified_signatures,
)

_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
_SIGNED = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
_KEY = Verifier("log.example", SignatureType.ED25519, _PRIVATE.public_key().public_bytes_raw())


def _signed(text: str, key: Verifier = _KEY, private: Ed25519PrivateKey = _PRIVATE) -> NoteSignature:
    return NoteSignature(key.name, key.id, private.sign(text.encode()))


def test_the_specification_s_own_example() -> None:
    note = read_note(_SIGNED.encode())
    key = read_verifier(_VKEY)
    assert str(key) == _VKEY
    assert str(note) == _SIGNED
    assert [one.key for one in verified_signatures(note, [key])] == [key]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n")).map(lambda text: text + "\n"))
def test_what_was_signed_is_read_back(text: str) -> None:
    note = Note(text, (_signed(text),))
    assert read_note(str(note).encode()) == note
    assert verified_signatures(note, [_KEY])[0].key is _KEY


def test_a_key_that_is_not_known_says_nothing() -> None:
    text = "t\n"
    other = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
    same_name = Verifier(_KEY.name, SignatureType.ED25519, other.public_key().public_bytes_raw())
    note = Note(text, (_signed(text, same_name, other), _signed(text)))
    assert [one.key for one in verified_signatures(note, [_KEY])] == [_KEY]
    with pytest.raises(VerificationError, match="no known key"):
        verified_signatures(Note(text, (_signed(text, same_name, other),)), [_KEY])


def test_one_signature_of_a_known_key_that_does_not_hold_condemns_the_note() -> None:
    text = "t\n"
    wrong = NoteSignature(_KEY.name, _KEY.id, bytes(64))
    with pytest.raises(VerificationError, match=r"log\.example does not hold"):
        verified_signatures(Note(text, (_signed(text), wrong)), [_KEY])


@given(st.integers(0, len(_SIGNED.encode()) * 8 - 1))
def test_no_bit_can_be_flipped(bit: int) -> None:
    data = bytearray(_SIGNED.encode())
    data[bit // 8] ^= 1 << bit % 8
    key = read_verifier(_VKEY)
    try:
        note = read_note(bytes(data))
        found = verified_signatures(note, [key])
    except (InputError, VerificationError):
        return
    # Only the padding bits of base64 are nobody's: the signature itself is the same.
    assert (note.text, found[0].signature.value) == (
        "This is an example message.\n",
        read_note(_SIGNED.encode()).signatures[0].value,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        "text\n\n— name AAAAAAA=".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        "text\n\n— name !!!!\n".encode(),
        "te\x07xt\n\n— name AAAAAAA=\n".encode(),
        "te\rxt\n\n— name AAAAAAA=\n".encode(),
        b"\xff\n\n",
        b"x" * (1 << 21),
        ("t\n\n" + "— name AAAAAAA=\n" * 200).encode(),
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_note(data, "note")


def test_lines_of_a_witness_are_read_alone() -> None:
    line = f"{_signed('t')}\n"
    assert read_signatures(line.encode() * 2) == (_signed("t"),) * 2
    with pytest.raises(InputError):
        read_signatures(b"text\n\n" + line.encode())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no public key"),
        (_VKEY.replace("530d903a", "530d903b"), "the id of this key is 530d903a"),
        (_VKEY[:-4], "no public key|no note has"),
        ("a b+00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode(), "no note has"),
        ("a+00000000+" + base64.b64encode(b"\x09" + bytes(32)).decode(), "9 is not a valid"),
    ],
)
def test_what_is_no_key_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_verifier(text)
