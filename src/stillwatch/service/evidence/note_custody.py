"""Note a seal and the statements about it in the transparency log, and keep the proofs beside them.

What was noted already is not noted again, so that this may be run after every step, and again where a step failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.leaf_entry import digest_of_file, entry_of
from stillwatch.evidence.proof_file import write_proof
from stillwatch.service.evidence.verify_custody import read_record
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stillwatch.service.evidence.custody_folder import CustodyFolder
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.signing.key_kinds import PublicKey


def note_custody(
    folder: CustodyFolder, log: EvidenceLog, known: Sequence[PublicKey], *, at: datetime
) -> tuple[int, ...]:
    """Numbers of the leaves of the seal and of each statement.

    Args:
        folder: Where they lie.
        log: Notes them.
        known: Keys that the record must be signed with: what does not hold is not noted.
        at: Now.

    Raises:
        VerificationError: The record does not hold.
    """
    _, custody = read_record(folder, known)
    due = [(LeafKind.MANIFEST, digest_of_file(folder.seal))]
    due += [(LeafKind.CUSTODY, one.sha256) for one in custody.links]
    about = custody.first.chain
    log.note([Leaf(kind=kind, sha256=sha256, noted_at=at, about=about) for kind, sha256 in due if not log.find(sha256)])
    found = []
    for _, sha256 in due:
        number = log.find(sha256)[0]
        found.append(number)
        if not folder.proof(sha256).exists():
            folder.proof(sha256).parent.mkdir(exist_ok=True)
            proof = log.prove(number)._replace(extra=entry_of(log.leaf(number)))
            write_whole(folder.proof(sha256), write_proof(proof))
    return tuple(found)
