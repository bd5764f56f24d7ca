"""A master secret on paper: shares in words, so many of which bring it back (SLIP-39, Shamir's secret sharing).

>>> from datetime import date
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.service.attribution.mark_keys import MarkKeys
>>> with TemporaryDirectory() as folder:
...     ring = MarkKeys.make(Path(folder) / "marks", begin=date(2026, 11, 16), days=7)
...     shares = shares_of(ring, 1, needed=2, of=3)
...     ring.path_of(1).unlink()
...     restore_master(ring, 1, shares[1:])
...     len(shares[0].split()), ring.path_of(1).exists()
(33, True)

Give each share to another person, or keep them in different places: fewer than are needed say nothing of the secret. A
passphrase makes a found set of shares useless, and one that is forgotten makes all of them useless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from stillwatch.attribution.key_ring import MASTER_BYTES
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.secret_files import read_secret, write_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.service.attribution.mark_keys import MarkKeys

_MOST: Final = 16
"""SLIP-39 knows no more shares."""


def shares_of(ring: MarkKeys, master: int, *, needed: int, of: int, passphrase: bytes = b"") -> tuple[str, ...]:
    """Split a master secret; each share is one line of words.

    Raises:
        SettingsError: So many shares cannot be made, or the secret cannot be read.
    """
    if not 1 <= needed <= of <= _MOST or (needed == 1 and of > 1):
        mend = f"have 2 or more needed, of {_MOST} at most; one share alone is --needed 1 --of 1"
        raise SettingsError(f"{needed} of {of} shares", where=str(ring.folder), mend=mend)
    return tuple(generate_mnemonics(1, [(needed, of)], read_secret(ring.path_of(master)), passphrase)[0])


def restore_master(ring: MarkKeys, master: int, shares: Sequence[str], *, passphrase: bytes = b"") -> None:
    """Write a master secret again out of enough of its shares.

    With another passphrase than the one they were made with another secret comes out, and nothing says so: compare the
    ids of keys with those that were committed to.

    Raises:
        InputError: They are too few, or not of one set, or a word is wrong.
        SettingsError: The secret is still there.
    """
    try:
        secret = combine_mnemonics(shares, passphrase)
    except MnemonicError as error:
        mend = "give as many shares of the same set as are needed, each word as it was written down"
        raise InputError(f"these shares make no secret: {error}", mend=mend) from error
    if len(secret) != MASTER_BYTES:
        raise InputError(f"a secret of {len(secret)} bytes", mend="give the shares of a ring's master secret")
    write_secret(ring.path_of(master), secret)
