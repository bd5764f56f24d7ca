"""The private key that one signs with: in a file of its own, in a token (PKCS#11), or with an ssh-agent.

A file is PKCS #8 in PEM, under a passphrase if there is one. Whatever takes a key takes its address, and opens it here.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     made = make_signing_key(Path(folder) / "lab-a.pem", passphrase=b"correct horse")
...     read = read_signing_key(Path(folder) / "lab-a.pem", passphrase=b"correct horse")
>>> made.public_key() == read.public_key()
True
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from stillwatch.core.errors import SettingsError
from stillwatch.service.agent_key import open_agent_key
from stillwatch.service.secret_files import read_secret, write_secret
from stillwatch.signing.key_kinds import CurveKey
from stillwatch.signing.pkcs11_uri import SCHEME, read_pkcs11_uri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from stillwatch.signing.key_kinds import AnyKey
    from stillwatch.signing.signing_key import SigningKey

_AGENT: Final = "agent:"
_SOCKET: Final = "SSH_AUTH_SOCK"


def is_elsewhere(address: str) -> bool:
    """Whether an address names a key that lies in no file: in a token, or with an agent."""
    return address.startswith((SCHEME, _AGENT))


def open_signing_key(
    address: str, *, passphrase: bytes | None = None, environment: Mapping[str, str] = os.environ
) -> SigningKey:
    """Open a key, wherever it lies.

    Args:
        address: `pkcs11:...` (RFC 7512), `agent:SHA256:...` (as `ssh-add -l` shows it), or the path of a file.
        passphrase: Of the file, or the PIN of the token.
        environment: Says where the ssh-agent listens.

    Raises:
        SettingsError: There is none, others may use it, or it cannot be unlocked.
    """
    if address.startswith(_AGENT):
        return open_agent_key(address.removeprefix(_AGENT), environment.get(_SOCKET))
    if address.startswith(SCHEME):
        opened: SigningKey = _opener("token_key", "open_token_key")(read_pkcs11_uri(address), passphrase)
        return opened
    return read_signing_key(Path(address), passphrase=passphrase)


def open_any_key(
    address: str, *, passphrase: bytes | None = None, environment: Mapping[str, str] = os.environ
) -> AnyKey:
    """Open a key as `open_signing_key` does, or one on a curve of NIST, in a file or a token.

    Raises:
        SettingsError: There is none, others may use it, it is of another kind, or it cannot be unlocked.
    """
    if address.startswith(_AGENT):
        return open_signing_key(address, environment=environment)
    if address.startswith(SCHEME):
        opened: AnyKey = _opener("curve_token_key", "open_curve_token_key")(read_pkcs11_uri(address), passphrase)
        return opened
    key = read_private_key(Path(address), passphrase=passphrase)
    if isinstance(key, EllipticCurvePrivateKey):
        return CurveKey(key)
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise SettingsError("a key of another kind", where=address, mend="make one with: stillwatch custody key FILE")


def make_signing_key(path: Path, *, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Make a key and write it, readable for its owner alone.

    Raises:
        SettingsError: There is a file already, or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    write_private_key(path, key, passphrase=passphrase)
    return key


def read_signing_key(path: Path, *, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Read a key.

    Raises:
        SettingsError: Others may read the file, it is no Ed25519 key, or the passphrase is another one.
    """
    key = read_private_key(path, passphrase=passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError("no Ed25519 key", where=str(path), mend="make one with `stillwatch keys new`")
    return key


def read_private_key(path: Path, *, passphrase: bytes | None = None) -> PrivateKeyTypes:
    """Read a key of whatever kind.

    Raises:
        SettingsError: Others may read the file, it holds no key, or the passphrase is another one.
    """
    content = read_secret(path)
    try:
        return load_pem_private_key(content, passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        mend = "give the passphrase that it was made with, or name another file"
        raise SettingsError(f"no key that can be used: {error}", where=str(path), mend=mend) from error


def write_private_key(path: Path, key: PrivateKeyTypes, *, passphrase: bytes | None = None) -> None:
    """Write a key, readable for its owner alone.

    Raises:
        SettingsError: There is a file already, or it cannot be written.
    """
    locked: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))


def _opener(module: str, name: str) -> Any:
    """What opens a token: its library is loaded where somebody has one."""
    try:
        return getattr(import_module(f"stillwatch.service.{module}"), name)
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is missing", mend="pip install 'stillwatch[tokens]'") from error
