"""The key that signs the statements of custody in a dossier: one's own, or one beside the log's keys.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     made, again = (custody_signer(Path(folder), None) for _ in range(2))
>>> made.public_key() == again.public_key()
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.service.signing_keys import make_signing_key, open_signing_key

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.signing.signing_key import SigningKey

FILE: Final = "custody.pem"


def custody_signer(folder: Path, address: str | None, *, passphrase: bytes | None = None) -> SigningKey:
    """Open the key.

    Args:
        folder: Of the log's private keys; a key of its own is made there when it is first asked for.
        address: Of another key, as `signing_keys` opens it.
        passphrase: Of the file, or the PIN of the token.

    Raises:
        SettingsError: It cannot be opened.
    """
    path = folder / FILE
    if address is None and not path.exists():
        return make_signing_key(path, passphrase=passphrase)
    return open_signing_key(address or str(path), passphrase=passphrase)
