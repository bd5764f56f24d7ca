"""A time-stamping authority of one's own, for where no public one can be reached: RFC 3161 by the `openssl` program.

Its certificates are made once (`make_authority`); `authority.pem` is what readers are given. What it states is that
machine's clock: put it on another machine than the log's, and say how that clock is set.
"""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.secret_files import read_secret, write_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

CHAIN: Final = "authority.pem"
_SIGNER: Final = "signer.pem"
_KEY: Final = "signer.key"
_ROOT_KEY: Final = "root.key"
_SERIAL: Final = "serial"
_TIMEOUT_S: Final = 30.0
_DAY: Final = timedelta(days=1)
# Of the certificates none goes into a token: strict readers refuse a token with several that are not in order.
_SETTINGS: Final = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
clock_precision_digits = 3
ordering = yes
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def make_authority(folder: Path, name: str, *, valid_from: datetime, days: int = 3650) -> None:
    """Make an authority: a root, and the certificate that signs.

    Args:
        folder: Where nothing is yet.
        name: Its name in the certificates.
        valid_from: Since when its certificates hold.
        days: And for how long.

    Raises:
        SettingsError: There is one already.
    """
    if (folder / CHAIN).exists():
        raise SettingsError("there is an authority already", where=str(folder), mend="choose another folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    until = valid_from + days * _DAY
    root_name, own_name = _name(f"{name} root"), _name(name)
    root = (
        _certificate(root_name, root_name, root_key.public_key(), valid_from, until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_root=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signer = (
        _certificate(own_name, root_name, key.public_key(), valid_from, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_root=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    for secret, its_name in ((root_key, _ROOT_KEY), (key, _KEY)):
        write_secret(folder / its_name, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / _SIGNER).write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / _SERIAL).write_text("01\n")
    (folder / CHAIN).write_bytes(root.public_bytes(Encoding.PEM))


def roots_of(folder: Path) -> Path:
    """What readers of its stamps must have."""
    return folder / CHAIN


def answer(folder: Path, query: bytes) -> bytes:
    """The authority's answer to a request, DER.

    Raises:
        SettingsError: There is no authority, its key is open to others, or no `openssl` program.
        InputError: It is no request.
    """
    if not (folder / CHAIN).exists():
        mend = "make one with: stillwatch log authority FOLDER --name NAME"
        raise SettingsError("there is no time authority", where=str(folder), mend=mend)
    read_secret(folder / _KEY)
    openssl = which("openssl")
    if openssl is None:
        raise SettingsError("the openssl program is missing", mend="install it, or name an authority with --authority")
    with _work(folder, query) as (settings, asked, told):
        command = [openssl, "ts", "-reply", "-config", str(settings), "-queryfile", str(asked), "-out", str(told)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=_TIMEOUT_S)  # noqa: S603  # no shell
        if done.returncode or not told.exists():
            told_by = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise InputError(f"no time stamp was made: {' '.join(told_by[-1:])}", mend="send an RFC 3161 request")
        return told.read_bytes()


@contextmanager
def _work(folder: Path, query: bytes) -> Iterator[tuple[Path, Path, Path]]:
    with TemporaryDirectory(dir=folder) as work:
        made = Path(work)
        (made / "settings").write_text(_SETTINGS.format(folder=folder.resolve()))
        (made / "query").write_bytes(query)
        yield made / "settings", made / "query", made / "answer"


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: Any, valid_from: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )
