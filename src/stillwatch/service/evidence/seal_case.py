"""Seal a case: note its manifest in the log, have that witnessed and stamped, and write the package whole.

The order is that of `evidence.case_package`. What is written is read again and checked before it takes its name, so
nobody hands over a package that its reader would refuse.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.core.version import VERSION
from stillwatch.evidence import alone
from stillwatch.evidence.case_check import Outcome, Trust
from stillwatch.evidence.case_keys import HISTORY as KEY_HISTORY
from stillwatch.evidence.case_keys import CaseKeys
from stillwatch.evidence.case_package import manifest_of, write_package
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.sealed_case import Head, PackageFile, Sealing, ShownLeaf
from stillwatch.evidence.signed_note import read_note
from stillwatch.service.evidence.check_file import check_file
from stillwatch.service.evidence.history_file import HISTORY
from stillwatch.service.evidence.log_settings import given_policy_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.evidence.proof_file import LogPolicy
    from stillwatch.evidence.sealed_case import SealedCase
    from stillwatch.evidence.signed_note import Note
    from stillwatch.service.evidence.ask_witness import Post
    from stillwatch.service.evidence.evidence_log import EvidenceLog

_STAMPED: Final = "tsa"
_ALONE: Final = Path(*alone.__path__)
_FOR_STRANGERS: Final = {
    "verify.py": "text/x-python",
    "verify_ml_dsa.py": "text/x-python",
    "VERIFY.txt": "text/plain",
}


class CaseSealed(NamedTuple):
    package: Path
    leaf: int
    """The manifest's, in the log."""
    sha256: str
    """Of the manifest."""


def shown_leaf(log: EvidenceLog, number: int, of: str = "") -> ShownLeaf:
    """A leaf that the package shall prove; `of` as `ShownLeaf` has it.

    Raises:
        ValueError: The log has no such leaf.
    """
    return ShownLeaf(number=number, leaf=log.leaf(number), of=of)


def seal_case(
    case: SealedCase,
    log: EvidenceLog,
    out: Path,
    *,
    stamp: Callable[[bytes], bytes] | None = None,
    post: Post | None = None,
) -> CaseSealed:
    """Seal a case.

    Args:
        case: Its contents; what strangers check it with and the history of keys are added here.
        log: Notes the manifest.
        out: Where the package comes to lie.
        stamp: Gives a time authority's answer over some bytes (DER), checked.
        post: Speaks to the witnesses that the log's settings name; where it is not given, none is asked.

    Raises:
        InputError: A name or a value cannot be in a package.
        PeerError: A witness or the time authority does not answer; the manifest is noted all the same.
        VerificationError: The log was changed.
    """
    case = replace(case, files=(*case.files, *_for_strangers(), *_history(log)))
    manifest = manifest_of(case)
    digest = hashlib.sha256(manifest).hexdigest()
    leaf = Leaf(kind=LeafKind.DOSSIER, sha256=digest, noted_at=case.made_at, about=case.about)
    number = log.note([leaf])[0]
    if post is not None:
        log.be_witnessed(post)
    checkpoint = str(_in_order(log.checkpoint(), case.keys.log)).encode()
    shown = {number: leaf} | {one.number: one.leaf for one in case.leaves}
    proofs = tuple(
        log.prove(at)._replace(checkpoint=checkpoint, extra=entry_of(held)) for at, held in sorted(shown.items())
    )
    sealing = Sealing(
        checkpoint=checkpoint,
        proofs=proofs,
        consistency={head.name: tuple(log.consistency(_size_of(head.note))) for head in case.heads},
        stamp=b"" if stamp is None else stamp(checkpoint),
    )
    _write(out, case, manifest, sealing)
    return CaseSealed(out, number, digest)


def keys_of(log: EvidenceLog, custody: tuple[str, ...] = ()) -> CaseKeys:
    """The keys that a package out of this log brings along; `custody`: of those who signed custody statements, PEM."""
    policy = given_policy_of(log.folder)
    present = log.signer.verifiers
    return CaseKeys(log=replace(policy, log_keys=present), given=policy.log_keys, custody=custody)


def stamped_heads(log: EvidenceLog) -> tuple[Head, ...]:
    """Checkpoints of the log that were stamped (`stillwatch log stamp`): they date what a package shows."""
    stamped = [(path, path.with_suffix(".tsr")) for path in sorted((log.folder / _STAMPED).glob("*.checkpoint"))]
    found = (Head(name=note.stem, note=note.read_bytes(), stamp=stamp.read_bytes()) for note, stamp in stamped)
    return tuple(head for head in found if _size_of(head.note))


def _in_order(note: Note, policy: LogPolicy) -> Note:
    """The signatures of those who are named, the log first and each once: its newest."""
    signed = {(one.name, one.key_id): one for one in note.signatures}
    known = [(key.name, key.id) for key in (*policy.log_keys, *policy.witnesses)]
    return note._replace(signatures=tuple(signed[one] for one in known if one in signed))


def _for_strangers() -> list[PackageFile]:
    return [
        PackageFile(path=name, data=(_ALONE / name).read_bytes(), media_type=kind, made_by=f"stillwatch {VERSION}")
        for name, kind in _FOR_STRANGERS.items()
    ]


def _history(log: EvidenceLog) -> list[PackageFile]:
    path = log.folder / HISTORY
    if not path.exists():
        return []
    return [PackageFile(path=KEY_HISTORY, data=path.read_bytes(), media_type="application/json", source=HISTORY)]


def _size_of(note: bytes) -> int:
    return read_checkpoint(read_note(note).text).size


def _write(out: Path, case: SealedCase, manifest: bytes, sealing: Sealing) -> None:
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            for piece in write_package(case, manifest, sealing):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        _check(unfinished, case.keys)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _check(path: Path, keys: CaseKeys) -> None:
    report = check_file(path, Trust(policy=replace(keys.log, log_keys=keys.given or keys.log.log_keys)))
    failed = [f"{one.name}: {one.because}" for one in report.checks if one.outcome is Outcome.FAILS]
    if failed:
        mend = "its manifest is noted, but nothing was written: mend what it says and seal again"
        raise VerificationError(f"the package would not hold: {'; '.join(failed)}", mend=mend)
