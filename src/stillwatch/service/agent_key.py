"""A key that an ssh-agent holds: it signs there, and never leaves it.

key = open_agent_key("SHA256:4qcl8PWITZoHlz8Ti0+wAk5Gf1ZKvdaSU4SF2d7gbmU", os.environ["SSH_AUTH_SOCK"])
key.sign(b"...")

Each signature is asked for over a connection of its own, since an agent may be started anew between two, and is checked
before it is given on.
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.signing.agent_protocol import (
    LIST_REQUEST,
    LONGEST_BYTES,
    fingerprint,
    framed,
    public_of,
    read_identities,
    read_signature,
    sign_request,
)

_TIMEOUT_S: Final = 60.0
"""Its user may have to say yes, or to touch something."""
_START: Final = "start one (`eval $(ssh-agent)`) and add the key to it (`ssh-add FILE`)"


@dataclass(frozen=True, slots=True)
class AgentKey:
    """A `SigningKey`."""

    blob: bytes
    """Its public half, as SSH has it."""
    public: bytes
    address: Path
    """The agent's socket."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature of RFC 8032.

        Raises:
            SettingsError: The agent is gone, refuses, or gives what is none.
        """
        try:
            signature = read_signature(_asked(self.address, sign_request(self.blob, data)))
            self.public_key().verify(signature, data)
        except (InputError, InvalidSignature) as error:
            what = error.what if isinstance(error, InputError) else "what the agent gives is no signature of its key"
            raise SettingsError(what, where=fingerprint(self.blob), mend="see `ssh-add -l`") from error
        return signature

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)


def open_agent_key(wanted: str, address: str | None) -> AgentKey:
    """Find a key by its fingerprint, as `ssh-add -l` shows it.

    Args:
        wanted: SHA256:...
        address: The path of the agent's socket, from SSH_AUTH_SOCK.

    Raises:
        SettingsError: There is no agent, others may use it, or it has no such key of the type ed25519.
    """
    if not address:
        raise SettingsError("no ssh-agent is named in SSH_AUTH_SOCK", mend=_START)
    path = Path(address)
    _refuse_shared(path)
    try:
        held = read_identities(_asked(path, LIST_REQUEST))
    except InputError as error:
        raise SettingsError(error.what, where=address, mend=error.mend) from error
    by_print = {fingerprint(one.blob): one.blob for one in held}
    if wanted not in by_print:
        mend = f"add it with `ssh-add FILE`; the agent holds {', '.join(by_print) or 'none'}"
        raise SettingsError(f"the ssh-agent has no key {wanted}", where=address, mend=mend)
    public = public_of(by_print[wanted])
    if public is None:
        mend = "make one with `ssh-keygen -t ed25519`; keys in FIDO tokens sign in a form of their own"
        raise SettingsError(f"{wanted} is no Ed25519 key", where=address, mend=mend)
    return AgentKey(by_print[wanted], public, path)


def _asked(path: Path, message: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_TIMEOUT_S)
            connection.connect(str(path))
            connection.sendall(framed(message))
            length = int.from_bytes(_exactly(connection, 4), "big")
            if length > LONGEST_BYTES:
                raise InputError(f"the agent answers with {length:,} bytes", mend="see what listens there")
            return _exactly(connection, length)
    except OSError as error:
        raise SettingsError(f"the ssh-agent does not answer: {error}", where=str(path), mend=_START) from error


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise InputError("the agent's answer is cut off", mend="see what listens there")
        data += piece
    return data


def _refuse_shared(path: Path) -> None:
    """Whoever may connect may sign, so the socket is as good as the key."""
    try:
        state = path.stat()
    except OSError as error:
        raise SettingsError(f"no ssh-agent: {error.strerror}", where=str(path), mend=_START) from error
    if not stat.S_ISSOCK(state.st_mode):
        raise SettingsError("no socket", where=str(path), mend=_START)
    if state.st_uid not in (os.geteuid(), 0):
        raise SettingsError("the agent is another user's", where=str(path), mend="start one of your own")
    if state.st_mode & stat.S_IWOTH and path.parent.stat().st_mode & stat.S_IXOTH:
        raise SettingsError("everybody may use this agent", where=str(path), mend="chmod 600 the socket")
