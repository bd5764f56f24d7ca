"""The public half of a key that a log is told of, from a file: a public key in PEM, or a certificate.

>>> from tempfile import NamedTemporaryFile
>>> from pathlib import Path
>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> public = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
>>> with NamedTemporaryFile() as file:
...     _ = file.write(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
...     file.flush()
...     read_told_key(Path(file.name)) == ToldKey("ed25519", public.public_bytes_raw())
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"
_MEND: Final = "name a public key of Ed25519, ML-DSA-44 or a curve of NIST in PEM, or a certificate"


class ToldKey(NamedTuple):
    algorithm: str
    """One of `evidence.key_statement.ALGORITHMS`."""
    public: bytes


def read_told_key(path: Path) -> ToldKey:
    """Read a public key.

    Raises:
        SettingsError: The file cannot be read, or holds none of these.
    """
    try:
        data = path.read_bytes()
        if _CERTIFICATE in data:
            return ToldKey("x509", load_pem_x509_certificate(data).public_bytes(Encoding.DER))
        return told_key(load_pem_public_key(data), str(path))
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(path), mend="name the file") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError(f"no public key: {error}", where=str(path), mend=_MEND) from error


def told_key(key: Any, where: str = "") -> ToldKey:
    """A public key as a log is told of it.

    Raises:
        SettingsError: It is of another kind.
    """
    if isinstance(key, Ed25519PublicKey):
        return ToldKey("ed25519", key.public_bytes_raw())
    if isinstance(key, MLDSA44PublicKey):
        return ToldKey("ml-dsa-44", key.public_bytes_raw())
    if isinstance(key, ec.EllipticCurvePublicKey):
        return ToldKey("ecdsa", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    raise SettingsError(f"a key of another kind, {type(key).__name__}", where=where, mend=_MEND)
