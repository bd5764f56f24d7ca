"""The private key that a member signs with, in a file of its own: PKCS #8 in PEM, under a passphrase if there is one.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     made = make_signing_key(Path(folder) / "lab-a.pem", passphrase=b"correct horse")
...     read = read_signing_key(Path(folder) / "lab-a.pem", passphrase=b"correct horse")
>>> made.public_key() == read.public_key()
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
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
from stillwatch.service.secret_files import read_secret, write_secret

if TYPE_CHECKING:
    from pathlib import Path


def make_signing_key(path: Path, *, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Make a key and write it, readable for its owner alone.

    Raises:
        SettingsError: There is a file already, or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    locked: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return key


def read_signing_key(path: Path, *, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Read a key.

    Raises:
        SettingsError: Others may read the file, it is no Ed25519 key, or the passphrase is another one.
    """
    content = read_secret(path)
    try:
        key = load_pem_private_key(content, passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        mend = "give the passphrase that it was made with, or name another file"
        raise SettingsError(f"no key that can be used: {error}", where=str(path), mend=mend) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError("no Ed25519 key", where=str(path), mend="make one with `stillwatch keys new`")
    return key
