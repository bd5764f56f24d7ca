"""Keys that answers are marked with, all out of one master secret, and commitments to them.

>>> label = MarkLabel(MarkLayer.COHORT, "c-17", "2026-11-16")
>>> secret = secret_of(bytes(32), label)
>>> key_id_of(label, secret), is_commitment(commitment_of(label, secret), label, secret)
('a154764ce3d27d01', True)

    master ──HKDF-SHA256, the label──▸ secret of 32 bytes ──`Scheme.key_of`──▸ key of an engine

A secret of a label can be shown to a court without the master or any other secret. Its commitment (SHA-256 over the
label and the secret) is noted in a transparency log before the key marks anything, so that nobody can say later that
the key was made to fit a suspect's text: this is what makes a p-value pre-registered.

Source: HKDF, RFC 5869, with an empty salt, which is right for a master that is uniformly random.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from stillwatch.core.errors import InputError
from stillwatch.core.mark_label import MarkLabel, MarkLayer

if TYPE_CHECKING:
    from collections.abc import Iterator

MASTER_BYTES: Final = 32
_SECRET_BYTES: Final = 32
_KEY: Final = b"stillwatch mark key v1\n"
_DECOY: Final = b"stillwatch decoy key v1\n"
_COMMITMENT: Final = b"stillwatch mark commitment v1\n"
_OWNER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")
_OWNED: Final = frozenset((MarkLayer.COHORT, MarkLayer.ACCOUNT, MarkLayer.GRANT, MarkLayer.CODEBOOK))
_ID_DIGITS: Final = 16


def secret_of(master: bytes, label: MarkLabel) -> bytes:
    """The secret of a label, 32 bytes.

    Raises:
        InputError: The label names no key.
    """
    _refuse_label(label)
    return HKDF(SHA256(), _SECRET_BYTES, salt=None, info=_KEY + str(label).encode()).derive(master)


def decoy_material(master: bytes, label: str) -> bytes:
    """Material of a key that marks nothing, by the same derivation as of those that do; labels are free."""
    return HKDF(SHA256(), _SECRET_BYTES, salt=None, info=_DECOY + label.encode()).derive(master)


def commitment_of(label: MarkLabel, secret: bytes) -> str:
    """SHA-256 in hex; says nothing of a secret of 32 random bytes."""
    return hashlib.sha256(_COMMITMENT + str(label).encode() + b"\n" + secret).hexdigest()


def is_commitment(commitment: str, label: MarkLabel, secret: bytes) -> bool:
    """Whether a secret that is shown is the one that was committed to."""
    return hmac.compare_digest(commitment.encode(), commitment_of(label, secret).encode())


def key_id_of(label: MarkLabel, secret: bytes) -> str:
    """How registers and reports name the key: the first 16 digits of its commitment."""
    return commitment_of(label, secret)[:_ID_DIGITS]


def read_label(text: str) -> MarkLabel:
    """A label as it is written: `global/2026-11-16`, `cohort/c-17/2026-11-16`, `grant/g-1`.

    Raises:
        InputError: It is none.
    """
    first, *rest = text.split("/")
    try:
        layer = MarkLayer(first)
    except ValueError as error:
        mend = f"begin it with one of {', '.join(MarkLayer)}"
        raise InputError(f"{text!r} is no label of a key", mend=mend) from error
    owner = rest.pop(0) if layer in _OWNED and rest else ""
    label = MarkLabel(layer, owner, rest.pop(0) if rest else "")
    if rest:
        raise InputError(f"{text!r} is no label of a key", mend="write layer/owner/epoch, as in cohort/c-17/2026-11-16")
    _refuse_label(label)
    return label


def _refuse_label(label: MarkLabel) -> None:
    if (label.layer in _OWNED) != bool(label.owner):
        mend = "name one" if label.layer in _OWNED else "leave it out"
        raise InputError(f"{label}: a key of this layer has {'an' if label.layer in _OWNED else 'no'} owner", mend=mend)
    if label.owner and not _OWNER.fullmatch(label.owner):
        raise InputError(f"{label.owner!r} cannot name an owner", mend="use letters, digits and . _ : @ - alone")
    if (label.layer is MarkLayer.GRANT) == bool(label.epoch):
        mend = "leave the epoch out" if label.epoch else "name the epoch by its first day, as in 2026-11-16"
        raise InputError(f"{label}: a grant has one key for its term, all others one an epoch", mend=mend)
    if label.epoch:
        _day(label.epoch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Epochs:
    """Spans of equal length; each is named by its first day, UTC."""

    begin: date
    """First day of the first epoch."""
    days: int

    def at(self, moment: datetime) -> str:
        """The epoch in which a moment lies.

        Raises:
            InputError: It lies before the first.
        """
        passed = (moment.date() - self.begin).days
        if passed < 0:
            raise InputError(f"{moment:%Y-%m-%d} lies before the first epoch", mend=f"name a day from {self.begin} on")
        return (self.begin + timedelta(days=passed - passed % self.days)).isoformat()

    def check(self, epoch: str) -> str:
        """The same name, where it is that of an epoch.

        Raises:
            InputError: None begins on that day.
        """
        passed = (_day(epoch) - self.begin).days
        if passed < 0 or passed % self.days:
            near = self.begin + timedelta(days=max(0, passed) // self.days * self.days)
            raise InputError(f"no epoch begins on {epoch}", mend=f"one begins on {near}")
        return epoch

    def following(self, epoch: str) -> Iterator[str]:
        """An epoch and all after it."""
        day = _day(self.check(epoch))
        while True:
            yield day.isoformat()
            day += timedelta(days=self.days)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no day", mend="write it as 2026-11-16") from error
