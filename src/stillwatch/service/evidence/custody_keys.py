"""Keys of keepers: P-256 in a file, which `model_signing` knows too, and the public keys of others.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.service.signing_keys import open_any_key
>>> with TemporaryDirectory() as folder:
...     made = make_custody_key(Path(folder) / "keeper.pem")
...     read = open_any_key(str(Path(folder) / "keeper.pem"))
...     public = read_public_keys([Path(folder) / "keeper.pub"])
>>> [made.public_key(), made.public_key()] == [read.public_key(), *public]
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from stillwatch.core.errors import SettingsError
from stillwatch.service.signing_keys import write_private_key
from stillwatch.signing.key_kinds import CurveKey, public_pem, read_public_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.signing.key_kinds import AnyKey, PublicKey

PUBLIC: Final = ".pub"


def make_custody_key(path: Path, *, passphrase: bytes | None = None) -> AnyKey:
    """Make a key on P-256 and write both halves: the private one for its owner alone, the public one beside it.

    Raises:
        SettingsError: There is a file already, or it cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    write_private_key(path, key, passphrase=passphrase)
    path.with_suffix(PUBLIC).write_bytes(public_pem(key.public_key()))
    return CurveKey(key)


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
