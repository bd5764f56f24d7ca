"""The private keys of a transparency log: one of Ed25519, one of ML-DSA-44, each in a file of its own.

The first may lie in a token or with an ssh-agent: then its file, `ed25519.key`, holds its address and nothing secret.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     made = make_log_keys(Path(folder), "log.example")
...     read_log_keys(Path(folder), "log.example").verifiers == made.verifiers
True
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from stillwatch.core.errors import SettingsError
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.service.secret_files import read_secret, write_secret
from stillwatch.service.signing_keys import is_elsewhere, make_signing_key, open_signing_key, read_signing_key

if TYPE_CHECKING:
    from stillwatch.signing.signing_key import SigningKey

FIRST: Final = "ed25519.pem"
SECOND: Final = "ml-dsa-44.pem"
ELSEWHERE: Final = "ed25519.key"
"""In the place of the first: the address of a key that lies in no file."""
NEXT: Final = ".next"
"""What the name of the folder ends in while its keys are about to follow others, see `service.evidence.keep_keys`."""


def make_log_keys(folder: Path, origin: str, *, passphrase: bytes | None = None, first: str = "") -> LogSigner:
    """Make both keys and write them, readable for their owner alone.

    Args:
        folder: Where they go.
        origin: The log's name.
        passphrase: Locks the files, and unlocks the token that `first` may name.
        first: Address of a key that is there and is to be the first.

    Raises:
        SettingsError: There are some already, they cannot be written, or `first` cannot be opened.
    """
    key = open_signing_key(first, passphrase=passphrase) if first else None
    if key is None:
        key = make_signing_key(folder / FIRST, passphrase=passphrase)
    else:
        address = first if is_elsewhere(first) else str(Path(first).resolve())
        write_secret(folder / ELSEWHERE, f"{address}\n".encode())
    second = MLDSA44PrivateKey.generate()
    locked: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(folder / SECOND, second.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return LogSigner(origin, key, second)


def read_log_keys(folder: Path, origin: str, *, passphrase: bytes | None = None) -> LogSigner:
    """Read them; a log whose second key is not there signs with the first alone.

    Raises:
        SettingsError: Others may read them, they are no such keys, or the passphrase is another one.
    """
    following = folder.with_name(folder.name + NEXT)
    if not folder.exists() and following.exists():
        # A change was cut off after the old keys were moved away; the log has been handed over.
        folder = following
    first = _first(folder, passphrase)
    path = folder / SECOND
    if not path.exists():
        return LogSigner(origin, first)
    try:
        second = load_pem_private_key(read_secret(path), passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        mend = "give the passphrase that it was made with"
        raise SettingsError(f"no key that can be used: {error}", where=str(path), mend=mend) from error
    if not isinstance(second, MLDSA44PrivateKey):
        raise SettingsError("no ML-DSA-44 key", where=str(path), mend="restore it from its copy")
    return LogSigner(origin, first, second)


def _first(folder: Path, passphrase: bytes | None) -> SigningKey:
    if (folder / ELSEWHERE).exists():
        return open_signing_key(read_secret(folder / ELSEWHERE).decode().strip(), passphrase=passphrase)
    return read_signing_key(folder / FIRST, passphrase=passphrase)
