"""Check a folder or a file against its seal and its record of custody, with the keys that the reader trusts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import SettingsError, VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.custody_chain import read_custody
from stillwatch.evidence.custody_trust import keys_told, refuse_ended
from stillwatch.evidence.file_manifest import read_manifest, root_of_manifest
from stillwatch.evidence.leaf_entry import read_entry
from stillwatch.evidence.proof_file import check_proof, read_proof
from stillwatch.evidence.sigstore_bundle import check_bundle
from stillwatch.service.evidence.hash_files import HashingRun
from stillwatch.service.evidence.hashing_state import HashingState
from stillwatch.service.evidence.verify_files import verify_files
from stillwatch.signing.key_kinds import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.evidence.custody_chain import Custody
    from stillwatch.evidence.file_manifest import FileManifest
    from stillwatch.evidence.key_history import KeyHistory
    from stillwatch.evidence.proof_file import LogPolicy
    from stillwatch.service.evidence.custody_folder import CustodyFolder
    from stillwatch.service.evidence.verify_files import VerifiedFiles
    from stillwatch.signing.key_kinds import PublicKey


class Sealed(NamedTuple):
    """A seal whose signature holds."""

    manifest: FileManifest
    signer: str
    """Id of the key."""
    sha256: str
    """Of the file of the signature."""


class VerifiedCustody(NamedTuple):
    seal: Sealed
    custody: Custody | None
    """None where there is only a signature, such as one that `model_signing` made."""
    files: VerifiedFiles
    noted: int
    """Statements and seals that the transparency log was shown to know of; 0 where nobody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What somebody who checks believes, and asks for."""

    known: Sequence[PublicKey]
    log: KeyHistory | None = None
    """Every statement must be proved to stand in this log, and the keys that its history tells are trusted too."""
    signature: Path | None = None
    """Check this signature alone, without a record of custody."""
    is_fast: bool = False
    """By BLAKE3 alone."""

    @property
    def trusted(self) -> tuple[PublicKey, ...]:
        return (*self.known, *(keys_told(self.log) if self.log else ()))


def verify_custody(
    root: Path,
    folder: CustodyFolder,
    reader: Reader,
    *,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> VerifiedCustody:
    """Check signatures, record and proofs first, and the files last, which takes long.

    Args:
        root: A folder or a file.
        folder: Where its seal and record lie.
        reader: Whom to believe.
        progress: Told of bytes done, of all bytes.

    Raises:
        InputError: A file cannot be read, or what should be a signature is none.
        SettingsError: There is no seal.
        VerificationError: A signature, the record or a proof does not hold.
    """
    if reader.signature is not None:
        seal = read_seal(reader.signature, reader.trusted)
        run = HashingRun(progress=progress)
        files = verify_files(root, seal.manifest, run, is_fast=reader.is_fast, beside=(reader.signature,))
        return VerifiedCustody(seal, None, files, 0)
    seal, custody = read_record(folder, reader.trusted)
    leaves: dict[str, int] = {}
    if reader.log:
        leaves = _proved(folder, seal, custody, reader.log.policy)
        refuse_ended(custody, reader.log, leaves, str(folder.record))
    kept = HashingState(folder.hashing("verify-fast" if reader.is_fast else "verify"))
    files = verify_files(root, seal.manifest, HashingRun(kept=kept, progress=progress), is_fast=reader.is_fast)
    kept.done()
    return VerifiedCustody(seal, custody, files, len(leaves))


def read_record(folder: CustodyFolder, known: Sequence[PublicKey]) -> tuple[Sealed, Custody]:
    """A seal and the record that is of it.

    Raises:
        InputError: A line is no envelope.
        SettingsError: There is none.
        VerificationError: Something in them does not hold.
    """
    custody = read_custody(folder.lines(), known, str(folder.record))
    seal = read_seal(folder.seal, known)
    said = custody.first
    if said.manifest != seal.sha256 or said.root != root_of_manifest(seal.manifest):
        raise VerificationError("the record is of another seal than this one", where=str(folder.seal))
    if seal.signer != said.signer:
        raise VerificationError("sealed by another key than the record begins with", where=str(folder.seal))
    return seal, custody


def read_seal(path: Path, known: Sequence[PublicKey]) -> Sealed:
    """A signed manifest.

    Raises:
        InputError: It is none.
        SettingsError: It cannot be read.
        VerificationError: Nobody who is trusted has signed it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        mend = "seal it, or name its signature with --signature"
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(path), mend=mend) from error
    signed = check_bundle(data, known, str(path))
    manifest = read_manifest(signed.payload, str(path))
    return Sealed(manifest, id_of(signed.signer), hashlib.sha256(data).hexdigest())


def _proved(folder: CustodyFolder, seal: Sealed, custody: Custody, log: LogPolicy) -> dict[str, int]:
    """Digest of the seal and of each statement → its leaf in the log, proved."""
    expected = [(LeafKind.MANIFEST, seal.sha256), *((LeafKind.CUSTODY, one.sha256) for one in custody.links)]
    leaves: dict[str, int] = {}
    for kind, sha256 in expected:
        path = folder.proof(sha256)
        if not path.exists():
            raise VerificationError(
                f"nothing proves that the log knows the {kind} {sha256[:16]}",
                where=str(folder.path),
                mend="ask its keeper to run: stillwatch custody prove",
            )
        proof = read_proof(path.read_bytes(), str(path))
        check_proof(proof.extra, proof, log, str(path))
        leaf = read_entry(proof.extra)
        if (leaf.kind, leaf.sha256, leaf.about) != (kind, sha256, custody.first.chain):
            raise VerificationError("the proof of another leaf", where=str(path))
        leaves[sha256] = proof.leaf
    return leaves
