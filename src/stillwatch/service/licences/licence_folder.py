"""The licences that were issued, one file each, and those that were revoked.

FOLDER/g-1.jws          as it was handed to the licensee
FOLDER/revoked.jsonl    {"id", "at", "because"}, one a line
FOLDER/usage.json       what was used of each when usage was last counted, see `count_usage`
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.licence import read_licence, why_not, write_licence
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.core.licence import Used
from stillwatch.evidence.leaf_entry import digest_of_file
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from stillwatch.core.licence import Licence
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.signing.signing_key import SigningKey

_SUFFIX: Final = ".jws"
_REVOKED: Final = "revoked.jsonl"
_USAGE: Final = "usage.json"


class Standing(NamedTuple):
    """A licence as it stands."""

    licence: Licence
    path: Path
    used: Used
    why_not: str
    """Why it is not in force; empty where it is."""


def issue_licence(
    licence: Licence, folder: Path, key: SigningKey, *, log: EvidenceLog | None = None, at: datetime
) -> Path:
    """Sign a licence, note it in the log if there is one, and keep it.

    Raises:
        InputError: It grants nothing, or not as a licence must.
        SettingsError: One of that id is there already, or the folder cannot be written.
    """
    text = write_licence(licence, key)
    path = folder / f"{licence.id}{_SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError as error:
        mend = "give it another id, or revoke that one first"
        raise SettingsError("there is a licence of this id", where=str(path), mend=mend) from error
    except OSError as error:
        mend = "name a folder that may be written to"
        raise SettingsError(f"cannot be written: {error.strerror}", where=str(path), mend=mend) from error
    if log is not None:
        log.note([Leaf(kind=LeafKind.APPROVAL, sha256=digest_of_file(path), noted_at=at, about=licence.id)])
    return path


def revoke_licence(
    licence_id: str, folder: Path, *, because: str, log: EvidenceLog | None = None, at: datetime
) -> None:
    """Let a licence count no longer; its file stays, so that what it covered can still be read.

    Raises:
        InputError: There is no such licence, or it was revoked already.
    """
    if not (folder / f"{licence_id}{_SUFFIX}").exists():
        mend = f"it has {', '.join(sorted(path.stem for path in folder.glob(f'*{_SUFFIX}'))) or 'none'}"
        raise InputError(f"there is no licence {licence_id!r}", where=str(folder), mend=mend)
    if licence_id in revoked_in(folder):
        raise InputError(
            f"{licence_id} was revoked already", where=str(folder / _REVOKED), mend="nothing is left to do"
        )
    path = folder / _REVOKED
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": licence_id, "at": at.isoformat(), "because": because}, ensure_ascii=False) + "\n")
    if log is not None:
        log.note([Leaf(kind=LeafKind.APPROVAL, sha256=digest_of_file(path), noted_at=at, about=licence_id)])


def licences_in(folder: Path, known: Sequence[Ed25519PublicKey], *, at: datetime) -> tuple[Standing, ...]:
    """Every licence of a folder as it stands at a moment, by id.

    Raises:
        InputError: A file is no licence, or does not bear its id as its name.
        SettingsError: There is no such folder.
        VerificationError: None of the known keys has signed one.
    """
    if not folder.is_dir():  # an empty ledger out of a mistyped path would take every licence away
        mend = "name the folder, or issue a licence into it"
        raise SettingsError("there is no folder of licences", where=str(folder), mend=mend)
    revoked, usage = revoked_in(folder), usage_in(folder)
    found = []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        licence = read_licence(path.read_text("utf-8"), known, str(path))
        if licence.id != path.stem:
            raise InputError(f"the file holds licence {licence.id}", where=str(path), mend="give it its own name back")
        used = usage.get(licence.id, Used())
        found.append(Standing(licence, path, used, why_not(licence, at=at, revoked=revoked, used=used)))
    return tuple(found)


def revoked_in(folder: Path) -> frozenset[str]:
    """Ids of the licences that were revoked.

    Raises:
        InputError: A line cannot be read.
    """
    path = folder / _REVOKED
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    found = set()
    for number, line in enumerate(lines, 1):
        try:
            found.add(str(json.loads(line)["id"]))
        except (ValueError, KeyError, TypeError) as error:
            mend = "mend the line: a licence must not come back by a slip"
            raise InputError("no revocation", where=f"{path}:{number}", mend=mend) from error
    return frozenset(found)


def usage_in(folder: Path) -> dict[str, Used]:
    """What was used of each licence when it was last counted.

    Raises:
        InputError: The file cannot be read.
    """
    path = folder / _USAGE
    if not path.exists():
        return {}
    try:
        return {one: Used(**used) for one, used in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, TypeError, AttributeError) as error:
        mend = "remove it, and count again with: stillwatch licence usage"
        raise InputError("no counts of usage", where=str(path), mend=mend) from error


def keep_usage(folder: Path, usage: dict[str, Used]) -> None:
    write_whole(folder / _USAGE, json.dumps({one: used._asdict() for one, used in usage.items()}, indent=2).encode())
