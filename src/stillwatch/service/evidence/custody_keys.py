"""Keys of keepers: P-256 in PEM, which `model_signing` reads too, or whatever else signs here.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     made = make_custody_key(Path(folder) / "keeper.pem")
...     read = read_custody_key(str(Path(folder) / "keeper.pem"))
...     public = read_public_keys([Path(folder) / "keeper.pub"])
>>> [made.public_key(), made.public_key()] == [read.public_key(), *public]
True
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
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
from stillwatch.signing.key_kinds import CurveKey, public_pem, read_public_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.signing.key_kinds import AnyKey, PublicKey

PUBLIC: Final = ".pub"


def make_custody_key(path: Path, *, passphrase: bytes | None = None) -> AnyKey:
    """Make a key on P-256 and write both halves: the private one for its owner alone, the public one beside it.

    Raises:
        SettingsError: There is a file already, or it cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    locked: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    write_secret(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    path.with_suffix(PUBLIC).write_bytes(public_pem(key.public_key()))
    return CurveKey(key)


def read_custody_key(name: str, *, passphrase: bytes | None = None) -> AnyKey:
    """Read a private key.

    Raises:
        SettingsError: Others may read the file, it is no key of a kind that signs here, or it is locked otherwise.
    """
    content = read_secret(Path(name))
    try:
        key = load_pem_private_key(content, passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        mend = "give the passphrase that it was made with, or name another file"
        raise SettingsError(f"no key that can be used: {error}", where=name, mend=mend) from error
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return CurveKey(key)
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise SettingsError("a key of another kind", where=name, mend="make one with: stillwatch custody key FILE")


def read_public_keys(paths: Iterable[Path]) -> tuple[PublicKey, ...]:
    """The public keys of files in PEM.

    Raises:
        InputError: One is none.
        SettingsError: One cannot be read.
    """
    found = []
    for path in paths:
        try:
            found.append(read_public_key(path.read_bytes(), str(path)))
        except OSError as error:
            raise SettingsError(f"cannot be read: {error.strerror}", where=str(path), mend="name the file") from error
    return tuple(found)
