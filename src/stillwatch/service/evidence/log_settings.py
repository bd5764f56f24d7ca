"""What a log's `log.toml` says to whoever reads the log: its name, its keys, its witnesses.

    origin = "log.lab.example/2026"
    keys = ["log.lab.example/2026+…"]      # the first ones; a history of keys beside the file leads on from them
    quorum = 1                             # so many of the witnesses must sign

    [[witness]]
    url = "https://witness.example"
    keys = ["witness.example+…"]

A reader who was given the file alone, under whatever name, names it in place of the folder.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.evidence.signed_note import read_verifier
from stillwatch.service.evidence.ask_witness import WitnessAddress
from stillwatch.service.evidence.history_file import followed, history_beside

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evidence.key_history import KeyHistory

SETTINGS: Final = "log.toml"


def witnesses_of(folder: Path) -> tuple[WitnessAddress, ...]:
    """Who is to sign the checkpoints of the log in a folder: `[[witness]]` with `url` and `keys`.

    Raises:
        SettingsError: There is no log, or its settings are damaged.
    """
    given_policy_of(folder)
    path = folder / SETTINGS
    return _witnesses(tomllib.loads(path.read_text("utf-8")), path)


def policy_of(folder: Path) -> LogPolicy:
    """What a reader asks of the log in a folder today: as `given_policy_of`, and the keys that followed those.

    Raises:
        SettingsError: There is no log, or its settings are damaged.
        VerificationError: The history of keys that lies there does not hold.
    """
    return followed(folder.parent if folder.is_file() else folder, given_policy_of(folder))


def history_of(folder: Path) -> KeyHistory:
    """What a reader asks of the log, as `policy_of`, and all that its history says of keys, those of others too.

    Raises:
        InputError: The history is none.
        SettingsError: There is no log, or its settings are damaged.
        VerificationError: The history of keys that lies there does not hold.
    """
    return history_beside(folder.parent if folder.is_file() else folder, given_policy_of(folder))


def given_policy_of(folder: Path) -> LogPolicy:
    """What `log.toml` says: the log's name, its first keys, its witnesses and how many of them must sign (`quorum`).

    Raises:
        SettingsError: There is no log, or its settings are damaged.
    """
    path = folder if folder.is_file() else folder / SETTINGS
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        keys = tuple(read_verifier(one, str(path)) for one in read["keys"])
        witnesses = tuple(key for one in _witnesses(read, path) for key in one.keys)
        return LogPolicy(origin=read["origin"], log_keys=keys, witnesses=witnesses, quorum=int(read.get("quorum", 0)))
    except FileNotFoundError as error:
        mend = "make one with: stillwatch log init FOLDER --origin NAME"
        raise SettingsError("there is no transparency log", where=str(folder), mend=mend) from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise SettingsError(f"damaged: {error}", where=str(path), mend="restore it from its copy") from error


def _witnesses(read: dict[str, Any], path: Path) -> tuple[WitnessAddress, ...]:
    return tuple(
        WitnessAddress(one["url"], tuple(read_verifier(key, str(path)) for key in one["keys"]))
        for one in read.get("witness", ())
    )
