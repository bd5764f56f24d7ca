"""Where the seal of a folder and the record of its custody lie: beside it, so that nothing is written into it.

    MODEL.custody/model.sig         the signed manifest, which `model_signing verify` reads too
    MODEL.custody/custody.jsonl     the record: one signed statement a line
    MODEL.custody/proofs/           proofs that a transparency log knows of them, by digest
    MODEL.custody/hashing.*         what was hashed already, while a long hashing is under way

Whoever hands the model over hands this folder over with it. Nothing in it is secret.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.evidence.proof_file import SUFFIX
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENDING: Final = ".custody"
_SEAL: Final = "model.sig"
_RECORD: Final = "custody.jsonl"
_PROOFS: Final = "proofs"
_LOCK: Final = ".lock"


class CustodyFolder:
    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, root: Path) -> CustodyFolder:
        """That of a folder or a file, where it lies if nobody says otherwise."""
        whole = root if root.name.strip(".") else root.resolve()
        return cls(whole.with_name(whole.name + _ENDING))

    @property
    def seal(self) -> Path:
        return self.path / _SEAL

    @property
    def record(self) -> Path:
        return self.path / _RECORD

    def hashing(self, purpose: str) -> Path:
        """Where the state of a hashing lies while it is under way."""
        return self.path / f"hashing.{purpose}"

    def lines(self) -> list[bytes]:
        """The statements, as they were signed.

        Raises:
            SettingsError: There is no record.
        """
        if not self.record.exists():
            raise SettingsError(
                "there is no record of custody", where=str(self.path), mend="seal it, or name the folder with --custody"
            )
        *lines, last = self.record.read_bytes().split(b"\n")
        return [*lines, last] if last else lines

    def append(self, line: bytes) -> None:
        """Add a statement; it lies on the disk once this returns."""
        before = self.record.read_bytes() if self.record.exists() else b""
        write_whole(self.record, before + line + b"\n", is_lasting=True)

    def proof(self, sha256: str) -> Path:
        return self.path / _PROOFS / f"{sha256}{SUFFIX}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While no other process adds to the record.

        Raises:
            SettingsError: Nothing can be written there.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            mend = "name another place with --custody"
            raise SettingsError(f"cannot be written: {error.strerror}", where=str(self.path), mend=mend) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
