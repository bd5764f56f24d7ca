r"""Other people's logs that somebody watches: `[[log]]` in a file of TOML, as witnesses and gossips have it.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.evidence.log_signer import LogSigner
>>> key = LogSigner.from_seeds("log.example", bytes(32)).verifiers[0]
>>> with TemporaryDirectory() as folder:
...     path = Path(folder) / "logs.toml"
...     _ = path.write_text(f'[[log]]\norigin = "log.example"\nkeys = ["{key}"]\n')
...     [(one.policy.origin, one.source) for one in read_watched_logs(path)]
[('log.example', '')]

    [[log]]
    origin = "lab.example/log-2026"
    keys = ["lab.example/log-2026+..."]     # as its keeper gave them, compared by another way
    history = "lab-key-history.json"        # where it has changed its keys, beside this file
    source = "https://lab.example/log"      # where it is published, or the folder of a copy; may be left out
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.core.errors import SettingsError
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.evidence.signed_note import read_verifier
from stillwatch.service.evidence.history_file import followed_by

if TYPE_CHECKING:
    from pathlib import Path


class WatchedLog(NamedTuple):
    policy: LogPolicy
    source: str = ""
    """Where it can be asked for its beginnings; empty: nowhere."""


def read_watched_logs(path: Path) -> tuple[WatchedLog, ...]:
    """The logs that a file names.

    Raises:
        SettingsError: There is none, or it is damaged.
        InputError: A key of a log is none, or its history.
        VerificationError: A history of keys does not hold.
    """
    try:
        return watched_in(tomllib.loads(path.read_text("utf-8")), path)
    except OSError as error:
        mend = 'write [[log]] with origin = "..." and keys = ["..."]'
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(path), mend=mend) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"damaged: {error}", where=str(path), mend="write it as TOML") from error


def watched_in(read: dict[str, Any], path: Path) -> tuple[WatchedLog, ...]:
    """The same of what was read from that file.

    Raises:
        SettingsError: A log has no name or no keys.
        InputError: As above.
        VerificationError: As above.
    """
    try:
        return tuple(_watched(one, path) for one in read.get("log", ()))
    except (KeyError, TypeError, AttributeError) as error:
        mend = "write [[log]] with origin and keys, as shown in it"
        raise SettingsError(f"damaged: {error}", where=str(path), mend=mend) from error


def _watched(one: dict[str, Any], path: Path) -> WatchedLog:
    given = LogPolicy(origin=one["origin"], log_keys=tuple(read_verifier(key, str(path)) for key in one["keys"]))
    history = one.get("history", "")
    return WatchedLog(followed_by(path.parent / history, given) if history else given, one.get("source", ""))
