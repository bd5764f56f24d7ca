"""What a witness is told, in `witness.toml` of its folder: its own name, and the logs that it watches.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     made = make_witness(Path(folder) / "w", "w.example")
...     open_witness(Path(folder) / "w", clock=lambda: 0.0).latest("log.example"), len(made.verifiers)
(None, 2)
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.service.evidence.log_keys import make_log_keys
from stillwatch.service.evidence.watched_logs import watched_in
from stillwatch.service.evidence.witness import Witness
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS: Final = "witness.toml"
_KEYS: Final = "keys"
_STATE: Final = "witness.db"
_EXAMPLE: Final = """
# The logs that are watched; what their keepers gave you, compared with them by another way:
# [[log]]
# origin = "lab.example/log-2026"
# keys = ["lab.example/log-2026+..."]
# history = "lab-key-history.json"      # where it has changed its keys: its key-history.json, put beside this file
"""


def make_witness(folder: Path, name: str, *, passphrase: bytes | None = None, first: str = "") -> WitnessSigner:
    """Begin a witness with keys of its own, which watches no log yet.

    Args:
        folder: Where nothing is yet.
        name: That its signatures bear.
        passphrase: Locks the private keys; the PIN of a token.
        first: Address of a key that is there and is to be its first one.

    Raises:
        SettingsError: There is one already, or the name is none that a key may bear.
    """
    if (folder / SETTINGS).exists():
        raise SettingsError("there is a witness already", where=str(folder), mend="choose another folder")
    if not name or "+" in name or any(sign.isspace() for sign in name):
        mend = "write it like lab.example/witness-1, without spaces and plus signs"
        raise SettingsError(f"{name!r} cannot be a witness's name", mend=mend)
    (folder / _KEYS).mkdir(mode=0o700, parents=True)
    signer = WitnessSigner(make_log_keys(folder / _KEYS, name, passphrase=passphrase, first=first))
    public = "".join(f"# {one}\n" for one in signer.verifiers)
    text = f'name = "{name}"\n# Its public keys, for the keepers and readers of logs:\n{public}{_EXAMPLE}'
    (folder / SETTINGS).write_text(text, "utf-8")
    return signer


def open_witness(folder: Path, *, clock: Callable[[], float], passphrase: bytes | None = None) -> Witness:
    """Open the witness of a folder.

    Raises:
        SettingsError: There is none, its settings are damaged, or its keys cannot be read.
        InputError: A key of a log is none, or its history.
        VerificationError: A history of keys does not hold.
    """
    path = folder / SETTINGS
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        name, watched = read["name"], watched_in(read, path)
    except FileNotFoundError as error:
        mend = "make one with: stillwatch witness init FOLDER --name NAME"
        raise SettingsError("there is no witness", where=str(folder), mend=mend) from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"damaged: {error}", where=str(path), mend="write name, and [[log]] as shown in it"
        ) from error
    signer = WitnessSigner.read(folder / _KEYS, name, passphrase=passphrase)
    return Witness(folder / _STATE, signer, [one.policy for one in watched], clock=clock)
