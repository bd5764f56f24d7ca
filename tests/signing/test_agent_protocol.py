from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.signing.agent_protocol import (
    AgentIdentity,
    fingerprint,
    framed,
    key_blob,
    public_of,
    read_identities,
    read_signature,
    sign_request,
)

_BLOB = key_blob(bytes(range(32)))


def _identities(*held: tuple[bytes, bytes]) -> bytes:
    return b"\x0c" + len(held).to_bytes(4, "big") + b"".join(framed(blob) + framed(name) for blob, name in held)


def _signature(kind: bytes, value: bytes) -> bytes:
    return b"\x0e" + framed(framed(kind) + framed(value))


def test_the_keys_of_an_agent() -> None:
    found = read_identities(_identities((_BLOB, b"evidence"), (b"other", b"\xff")))
    assert found == (AgentIdentity(_BLOB, "evidence"), AgentIdentity(b"other", "�"))
    assert [public_of(one.blob) for one in found] == [bytes(range(32)), None]


def test_a_key_of_a_token_of_fido_is_of_another_kind() -> None:
    assert public_of(framed(b"sk-ssh-ed25519@openssh.com") + framed(bytes(32)) + framed(b"ssh:")) is None


def test_what_is_asked_for() -> None:
    assert sign_request(_BLOB, b"data") == b"\x0d" + framed(_BLOB) + framed(b"data") + bytes(4)
    assert fingerprint(_BLOB).startswith("SHA256:")


def test_a_signature_is_taken_out_of_its_wrapping() -> None:
    assert read_signature(_signature(b"ssh-ed25519", bytes(64))) == bytes(64)


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"\x05", b"\x0c\x00\x00\x00\x00", _signature(b"ssh-rsa", bytes(64))),
        *(_signature(b"ssh-ed25519", bytes(63)), _signature(b"ssh-ed25519", bytes(64)) + b"x", b"\x0e\x00\x00"),
        *(b"\x0e" + framed(framed(b"ssh-ed25519") + framed(bytes(64)) + b"x"), b"\x0e\xff\xff\xff\xff"),
    ],
    ids=["nothing", "refusal", "keys", "rsa", "short", "long", "cut off", "long inside", "lying length"],
)
def test_other_answers_are_refused(answer: bytes) -> None:
    with pytest.raises(InputError):
        read_signature(answer)


@given(answer=st.binary(max_size=200))
def test_no_answer_breaks_the_reader(answer: bytes) -> None:
    for read in (read_identities, read_signature):
        try:
            read(b"\x0c" + answer)
            read(b"\x0e" + answer)
        except InputError:
            continue


@settings(max_examples=30)
@given(held=st.lists(st.tuples(st.binary(max_size=60), st.text(max_size=20)), max_size=5))
def test_what_was_written_is_read(held: list[tuple[bytes, str]]) -> None:
    message = _identities(*((blob, name.encode()) for blob, name in held))
    assert read_identities(message) == tuple(AgentIdentity(*one) for one in held)
