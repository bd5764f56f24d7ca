"""Note a seal and the statements about it in the transparency log, and keep the proofs beside them.

Statements stand in the notebook in full; of the seal the log has the digest of the file `model.sig`. What was noted
already is not noted again, so that this may be run after every step, and again where a step failed. A record that lacks
a statement of its own which the log knows was cut off, or told in two ways, and nothing more of it is noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.custody_statement import write_custody_statement
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.plain_json import read_plain
from stillwatch.evidence.proof_file import write_proof
from stillwatch.service.evidence.notebook import Statement
from stillwatch.service.evidence.verify_custody import read_record
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stillwatch.evidence.custody_chain import Custody
    from stillwatch.service.evidence.custody_folder import CustodyFolder
    from stillwatch.service.evidence.notebook import Notebook
    from stillwatch.signing.key_kinds import PublicKey


def note_custody(folder: CustodyFolder, book: Notebook, known: Sequence[PublicKey], *, at: datetime) -> tuple[int, ...]:
    """Numbers of the leaves of the seal and of each statement.

    Args:
        folder: Where they lie.
        book: Notes them.
        known: Keys that the record must be signed with: what does not hold is not noted.
        at: Now.

    Raises:
        SettingsError: It cannot be noted.
        VerificationError: The record does not hold or lacks a statement, or somebody has changed the log.
    """
    seal, custody = read_record(folder, known)
    about = custody.first.chain
    _refuse_cut(folder, custody, book)
    if not book.log.find(seal.sha256):
        book.log.note([Leaf(kind=LeafKind.MANIFEST, sha256=seal.sha256, noted_at=at, about=about)])
    payloads = (read_plain(write_custody_statement(one.statement)) for one in custody.links)
    statements = [Statement(kind=LeafKind.CUSTODY, body=one, about=about) for one in payloads]
    numbers = (book.log.find(seal.sha256)[0], *book.note(statements))
    for sha256, number in zip((seal.sha256, *(one.sha256 for one in custody.links)), numbers, strict=True):
        if not folder.proof(sha256).exists():
            folder.proof(sha256).parent.mkdir(exist_ok=True)
            proof = book.log.prove(number)._replace(extra=entry_of(book.log.leaf(number)))
            write_whole(folder.proof(sha256), write_proof(proof))
    return numbers


def _refuse_cut(folder: CustodyFolder, custody: Custody, book: Notebook) -> None:
    told = {one.sha256 for one in custody.links}
    noted = (one for one in book.entries((LeafKind.CUSTODY,)) if one.about == custody.first.chain)
    lacking = [one for one in noted if one.sha256 not in told]
    if lacking:
        what = f"the log knows {len(lacking)} statements of this record that are not in it"
        mend = f"see what was noted at {lacking[0].noted_at:%Y-%m-%d %H:%M:%S}Z, and bring the whole record back"
        raise VerificationError(what, where=str(folder.record), mend=mend)
