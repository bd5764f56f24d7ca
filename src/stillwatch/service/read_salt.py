"""The salt that a group of members share: a secret in a file, from which each makes the same number.

Stores of one salt make the same key of the same template, so that members can tell each other templates that nobody
else can try words against. Whoever has the file can; keep it as a password is kept.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_LEAST: Final = 32
_BITS: Final = 63


def read_salt(path: Path) -> int:
    """The salt, 0 … 2^63 - 1, of the secret in the file; blanks around it do not count.

    Raises:
        SettingsError: The file cannot be read, or the secret is too short to be one.
    """
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"the salt cannot be read: {error.strerror}", where=str(path)) from error
    if len(secret) < _LEAST:
        mend = "write one with `openssl rand -hex 32`, and give it to the members by a safe way"
        raise SettingsError(f"a secret of {len(secret)} characters can be guessed", where=str(path), mend=mend)
    digest = hashlib.sha256(b"stillwatch salt\0" + secret).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _BITS)
