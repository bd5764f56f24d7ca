"""The ring of marking keys in a folder: the master secret, its epochs, and what was committed to.

>>> from datetime import UTC, datetime
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     ring = MarkKeys.make(Path(folder) / "marks", begin=date(2026, 11, 16), days=7)
...     ring.epochs.at(datetime(2026, 11, 22, tzinfo=UTC)), len(ring.masters)
('2026-11-16', 1)

    FOLDER/ring.json           epochs, and since when each master secret is in force; nothing in it is secret
    FOLDER/master-1.secret     32 random bytes, readable for their owner alone; later ones are made by rotation
    FOLDER/commitments/…json   statements of commitments; the digest of each is a leaf of a transparency log
    FOLDER/deployed.jsonl      which engine was given which key, and when

Keys of earlier masters stay: text that they marked is still about.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.attribution.key_ring import MASTER_BYTES, Epochs, read_label, secret_of
from stillwatch.core.errors import SettingsError
from stillwatch.service.secret_files import read_secret, write_secret
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.mark_label import MarkLabel

_RING: Final = "ring.json"
_FORM: Final = "stillwatch marking keys, 1"


class Master(NamedTuple):
    number: int
    first_epoch: str
    """The first that it makes keys for."""


@dataclass(frozen=True, slots=True)
class MarkKeys:
    """Open; `make` the first time, `open` from then on."""

    folder: Path
    epochs: Epochs
    masters: tuple[Master, ...]
    """The oldest first."""

    @classmethod
    def make(cls, folder: Path, *, begin: date, days: int) -> MarkKeys:
        """Make the folder and its first master secret.

        Raises:
            SettingsError: There is a ring already, an epoch is shorter than a day, or it cannot be written.
        """
        if days < 1:
            raise SettingsError(f"an epoch of {days} days", where=str(folder), mend="give one day or more; 7 is usual")
        if (folder / _RING).exists():
            raise SettingsError("there is a ring already", where=str(folder), mend="use it, or name another folder")
        _make_folder(folder)
        ring = cls(folder, Epochs(begin=begin, days=days), (Master(1, begin.isoformat()),))
        write_secret(ring.path_of(1), secrets.token_bytes(MASTER_BYTES))
        ring._write()
        return ring

    @classmethod
    def open(cls, folder: Path) -> MarkKeys:
        """Open a ring.

        Raises:
            SettingsError: There is none, or it is damaged.
        """
        path = folder / _RING
        try:
            return cls._read(folder, json.loads(path.read_text("utf-8")))
        except FileNotFoundError as error:
            mend = "make one with: stillwatch marks init FOLDER"
            raise SettingsError("there is no ring of marking keys", where=str(folder), mend=mend) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"damaged: {error}", where=str(path), mend="restore it from its copy") from error

    @classmethod
    def _read(cls, folder: Path, read: dict[str, Any]) -> MarkKeys:
        if read["form"] != _FORM:
            raise ValueError(f"its form is {read['form']!r}")
        epochs = Epochs(begin=date.fromisoformat(read["first_day"]), days=int(read["days"]))
        masters = tuple(Master(int(one["number"]), str(one["first_epoch"])) for one in read["masters"])
        if not masters or epochs.days < 1:
            raise ValueError("it names no master secret")
        return cls(folder, epochs, masters)

    def rotate(self, *, first_epoch: str) -> MarkKeys:
        """Make a new master secret, which makes the keys from an epoch on.

        Raises:
            InputError: No epoch begins on that day.
            SettingsError: It is not after the epoch of the newest master, or cannot be written.
        """
        newest = self.masters[-1]
        if self.epochs.check(first_epoch) <= newest.first_epoch:
            mend = "name a later epoch"
            raise SettingsError(f"{first_epoch} is not after {newest.first_epoch}", where=str(self.folder), mend=mend)
        made = Master(newest.number + 1, first_epoch)
        ring = MarkKeys(self.folder, self.epochs, (*self.masters, made))
        write_secret(ring.path_of(made.number), secrets.token_bytes(MASTER_BYTES))
        ring._write()
        return ring

    def secret(self, label: MarkLabel, *, master: int | None = None) -> bytes:
        """The secret of a label, 32 bytes; of a grant that of the master that is named, else of the newest.

        Raises:
            InputError: The label names no key of this ring.
            SettingsError: The master secret cannot be read, or others may read it.
        """
        if label.epoch:
            self.epochs.check(label.epoch)
        number = master or self._master_of(label.epoch).number
        return secret_of(read_secret(self.path_of(number)), label)

    def master_secret(self, label: str) -> bytes:
        """The master that the key of a label is made by; decoy keys are made by it too.

        Raises:
            SettingsError: It cannot be read, or others may read it.
        """
        return read_secret(self.path_of(self._master_of(read_label(label).epoch).number))

    def path_of(self, number: int) -> Path:
        return self.folder / f"master-{number}.secret"

    def _master_of(self, epoch: str) -> Master:
        if not epoch:
            return self.masters[-1]
        return [one for one in self.masters if one.first_epoch <= epoch][-1]

    def _write(self) -> None:
        plain = {
            "form": _FORM,
            "first_day": self.epochs.begin.isoformat(),
            "days": self.epochs.days,
            "masters": [one._asdict() for one in self.masters],
        }
        write_whole(self.folder / _RING, json.dumps(plain, indent=2).encode() + b"\n")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        mend = "name a folder that may be written to"
        raise SettingsError(f"cannot be made: {error.strerror}", where=str(folder), mend=mend) from error
