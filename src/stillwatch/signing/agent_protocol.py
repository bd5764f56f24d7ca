"""What one says to an ssh-agent, and what it answers: draft-miller-ssh-agent, as much of it as signing takes.

>>> blob = key_blob(bytes(32))
>>> fingerprint(blob)
'SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk'
>>> sign_request(blob, b"data")[:5].hex()
'0d00000033'

An agent signs whatever its user's programs send it, by plain Ed25519 (RFC 8032) over the bytes as they are. What we
have signed begins with a log's name or with `DSSEv1`, as no message of SSH does; nevertheless a key that signs evidence
is to be one that opens no door.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Final, NamedTuple

from stillwatch.core.errors import InputError

LIST_REQUEST: Final = b"\x0b"
LONGEST_BYTES: Final = 1 << 18
"""Of a message, as OpenSSH has it."""
_SIGN_REQUEST: Final = b"\x0d"
_LIST_ANSWER: Final = 12
_SIGN_ANSWER: Final = 14
_REFUSED: Final = 5
_KIND: Final = b"ssh-ed25519"
_PUBLIC_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_MEND: Final = "see what `ssh-add -l` says"


class AgentIdentity(NamedTuple):
    blob: bytes
    """The public key in SSH's form."""
    comment: str


def framed(message: bytes) -> bytes:
    """A message with its length before it, as it goes over the socket."""
    return struct.pack(">I", len(message)) + message


def key_blob(public: bytes) -> bytes:
    """An Ed25519 public key in SSH's form (RFC 8709)."""
    return framed(_KIND) + framed(public)


def public_of(blob: bytes) -> bytes | None:
    """The raw public key; None where it is of another kind, among them keys in FIDO tokens, which sign other bytes."""
    public = blob[-_PUBLIC_BYTES:]
    return public if blob == key_blob(public) else None


def fingerprint(blob: bytes) -> str:
    """As `ssh-add -l` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def sign_request(blob: bytes, data: bytes) -> bytes:
    return _SIGN_REQUEST + framed(blob) + framed(data) + bytes(4)


def read_identities(message: bytes) -> tuple[AgentIdentity, ...]:
    """The keys that an agent holds.

    Raises:
        InputError: It answers something else.
    """
    reader = _Reader(_expected(message, _LIST_ANSWER))
    count = reader.number()
    found = tuple(
        AgentIdentity(reader.text(), reader.text().decode("utf-8", "replace")) for _ in range(min(count, LONGEST_BYTES))
    )
    reader.end()
    return found


def read_signature(message: bytes) -> bytes:
    """The signature, 64 bytes.

    Raises:
        InputError: The agent refuses, or answers something else.
    """
    outer = _Reader(_expected(message, _SIGN_ANSWER))
    inner = _Reader(outer.text())
    outer.end()
    kind, signature = inner.text(), inner.text()
    inner.end()
    if kind != _KIND or len(signature) != _SIGNATURE_BYTES:
        raise InputError(f"the agent signs as {kind[:40]!r}", mend="use a key of the type ed25519")
    return signature


def _expected(message: bytes, kind: int) -> bytes:
    if not message:
        raise InputError("the agent answers nothing", mend=_MEND)
    if message[0] == _REFUSED:
        raise InputError("the agent refuses: it is locked, asks its user in vain, or has no such key", mend=_MEND)
    if message[0] != kind:
        raise InputError(f"the agent answers with message {message[0]}, not {kind}", mend=_MEND)
    return message[1:]


class _Reader:
    """Takes numbers and texts from the front of a message."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def number(self) -> int:
        if len(self._rest) < 4:
            raise InputError("the agent's answer is cut off", mend=_MEND)
        (found,) = struct.unpack(">I", self._rest[:4])
        self._rest = self._rest[4:]
        return int(found)

    def text(self) -> bytes:
        length = self.number()
        if length > len(self._rest):
            raise InputError("the agent's answer is cut off", mend=_MEND)
        found, self._rest = self._rest[:length], self._rest[length:]
        return found

    def end(self) -> None:
        if self._rest:
            raise InputError("the agent's answer is longer than it says", mend=_MEND)
