"""The private keys of a transparency log: one of Ed25519, one of ML-DSA-44, each in a file of its own.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     made = make_log_keys(Path(folder), "log.example")
...     read_log_keys(Path(folder), "log.example").verifiers == made.verifiers
True
"""

from __future__ import annotations

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
from stillwatch.service.signing_keys import make_signing_key, read_signing_key

if TYPE_CHECKING:
    from pathlib import Path

FIRST: Final = "ed25519.pem"
SECOND: Final = "ml-dsa-44.pem"


def make_log_keys(folder: Path, origin: str, *, passphrase: bytes | None = None) -> LogSigner:
    """Make both keys and write them, readable for their owner alone.

    Raises:
        SettingsError: There are some already, or they cannot be written.
    """
    first = make_signing_key(folder / FIRST, passphrase=passphrase)
    second = MLDSA44PrivateKey.generate()
    locked: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(folder / SECOND, second.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return LogSigner(origin, first, second)


def read_log_keys(folder: Path, origin: str, *, passphrase: bytes | None = None) -> LogSigner:
    """Read them; a log whose second key is not there signs with the first alone.

    Raises:
        SettingsError: Others may read them, they are no such keys, or the passphrase is another one.
    """
    first = read_signing_key(folder / FIRST, passphrase=passphrase)
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
