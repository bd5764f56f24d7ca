"""Add a statement to a record of custody: that it was handed over, received, or disclosed.

Nobody adds to a record that does not hold, and nobody adds what readers would refuse. Who receives has checked every
file before he signs for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.custody_chain import followed_by, link_of, sign_statement
from stillwatch.evidence.custody_statement import CustodyKind, CustodyStatement
from stillwatch.service.evidence.seal_custody import TOOL
from stillwatch.service.evidence.verify_custody import read_record, verify_custody
from stillwatch.signing.key_kinds import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stillwatch.evidence.custody_chain import Link
    from stillwatch.service.evidence.custody_folder import CustodyFolder
    from stillwatch.service.evidence.seal_custody import Keeper
    from stillwatch.service.evidence.verify_custody import Reader, VerifiedCustody
    from stillwatch.signing.key_kinds import PublicKey


class Receiver(NamedTuple):
    key: PublicKey
    name: str
    means: str
    """How it travels: a disk and its number, a cable, a courier."""


class Received(NamedTuple):
    verified: VerifiedCustody
    link: Link | None
    """None where the files are not as they were sealed, and nothing was signed."""


def hand_over(folder: CustodyFolder, keeper: Keeper, receiver: Receiver, known: Sequence[PublicKey]) -> Link:
    """State that it is handed over; until the receiver has signed, whoever hands it over holds it.

    Raises:
        VerificationError: The record does not hold, or is not his who signs.
    """
    what = {"to": id_of(receiver.key), "to_name": receiver.name, "means": receiver.means}
    return _add(folder, CustodyKind.TRANSFER, what, keeper, known)


def receive(
    root: Path,
    folder: CustodyFolder,
    keeper: Keeper,
    reader: Reader,
    *,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Received:
    """Check all files, and sign for them if they are as they were sealed.

    Raises:
        VerificationError: The record does not hold, or it was not handed over to who signs.
    """
    _, custody = read_record(folder, reader.trusted)
    if custody.awaited != keeper.id:
        told = f"it was handed over to {custody.awaited[:16]}" if custody.awaited else "it was not handed over"
        mend = "ask who holds it to hand it over to your key"
        raise VerificationError(f"{told}, not to {keeper.id[:16]}", where=str(folder.record), mend=mend)
    verified = verify_custody(root, folder, reader, progress=progress)
    if verified.files.differences:
        return Received(verified, None)
    last = custody.last.statement
    what = {
        "from": custody.holder,
        "from_name": last.by,
        "files": verified.files.files,
        "bytes": verified.files.size,
        "algorithm": verified.files.algorithm,
    }
    return Received(verified, _add(folder, CustodyKind.RECEIVE, what, keeper, reader.trusted))


def disclose(folder: CustodyFolder, keeper: Keeper, what: Mapping[str, Any], known: Sequence[PublicKey]) -> Link:
    """State that it, or some of it, was shown or copied to somebody.

    Raises:
        VerificationError: The record does not hold, or is not his who signs.
    """
    return _add(folder, CustodyKind.DISCLOSE, what, keeper, known)


def _add(
    folder: CustodyFolder, kind: CustodyKind, what: Mapping[str, Any], keeper: Keeper, known: Sequence[PublicKey]
) -> Link:
    with folder.alone():
        _, custody = read_record(folder, (*known, keeper.key.public_key()))
        said = custody.last.statement
        statement = CustodyStatement(
            kind=kind,
            chain=said.chain,
            number=len(custody.links),
            previous=custody.last.sha256,
            root=said.root,
            name=said.name,
            manifest=said.manifest,
            at=keeper.clock.at,
            by=keeper.by,
            signer=keeper.id,
            because=keeper.because,
            what=what,
            clock=keeper.clock.plain(),
            hardware=keeper.hardware,
            tool=TOOL,
        )
        link = followed_by(custody, link_of(statement), str(folder.record)).last
        folder.append(sign_statement(statement, keeper.key))
    return link
