"""The history of keys that lies beside a log, `key-history.json`: read by whoever reads the log, written by its keeper.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.evidence.log_signer import LogSigner
>>> from stillwatch.evidence.proof_file import LogPolicy
>>> given = LogPolicy(origin="log.example", log_keys=LogSigner.from_seeds("log.example", bytes(32)).verifiers)
>>> with TemporaryDirectory() as folder:
...     read_history_file(Path(folder)), followed(Path(folder), given) == given
((), True)

Nothing in it is secret. A reader who was given `log.toml` once, and a newer history later, follows the log from the
keys of the one to those of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.evidence.check_key_history import check_history
from stillwatch.evidence.key_history import read_history

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evidence.key_history import HistoryEntry, KeyHistory
    from stillwatch.evidence.proof_file import LogPolicy

HISTORY: Final = "key-history.json"


def read_history_file(folder: Path) -> tuple[HistoryEntry, ...]:
    """What lies there; nothing where no key was ever spoken of. Checks nothing.

    Raises:
        InputError: It is no history.
    """
    path = folder / HISTORY
    return read_history(path.read_bytes(), str(path)) if path.exists() else ()


def followed(folder: Path, policy: LogPolicy) -> LogPolicy:
    """What a reader asks of a log, from the keys that it was given to those that the history there leads to.

    Raises:
        InputError: It is no history.
        VerificationError: It does not hold.
    """
    return followed_by(folder / HISTORY, policy) if (folder / HISTORY).exists() else policy


def followed_by(path: Path, policy: LogPolicy) -> LogPolicy:
    """The same by a history that lies elsewhere.

    Raises:
        InputError: It is no history, or cannot be read.
        VerificationError: It does not hold.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend="name the history") from error
    return check_history(read_history(data, str(path)), policy, str(path)).policy


def history_beside(folder: Path, policy: LogPolicy) -> KeyHistory:
    """All that the history there says, of other keys too; empty where none lies there.

    Raises:
        InputError: It is no history.
        VerificationError: It does not hold.
    """
    return check_history(read_history_file(folder), policy, str(folder / HISTORY))
