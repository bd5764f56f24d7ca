"""What the log says of a sealed package: its checkpoint, the leaves that are proved, earlier heads and time stamps."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.case_package import (
    CHECKPOINT,
    CONSISTENCY,
    HEAD,
    HEADS,
    LOG,
    OWN_STAMP,
    STAMP,
    write_consistency,
)
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.cosignature import cosignatures
from stillwatch.evidence.leaf_entry import read_entry
from stillwatch.evidence.merkle_proof import check_consistency
from stillwatch.evidence.proof_file import SUFFIX, check_checkpoint, check_proof, read_proof, write_proof
from stillwatch.evidence.signed_note import SignatureType, read_note
from stillwatch.evidence.timestamp import check_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cryptography.x509 import Certificate

    from stillwatch.core.leaf import Leaf
    from stillwatch.evidence.case_keys import CaseKeys
    from stillwatch.evidence.proof_file import LogPolicy, Witnessed
    from stillwatch.evidence.signed_note import Note, Verifier
    from stillwatch.evidence.timestamp import Stamped


class SignedHead(NamedTuple):
    note: Note
    data: bytes
    """Its bytes, as every proof must bear them."""
    found: Witnessed


def check_signed(files: Mapping[str, memoryview], keys: CaseKeys, policy: LogPolicy) -> SignedHead:
    """The package's checkpoint, and who has signed it.

    Args:
        files: Of the package.
        keys: That it brings; nobody else may have signed, and each key of the log must have.
        policy: What is asked of the log: the reader's, or the package's own.

    Raises:
        InputError: It is none.
        VerificationError: A signature is missing, does not hold, or is of nobody who is named.
    """
    data = bytes(_held(files, CHECKPOINT))
    note = read_note(data, CHECKPOINT)
    known = (*keys.log.log_keys, *keys.log.witnesses)
    places = [_place(one.name, one.key_id, known) for one in note.signatures]
    if places != sorted(set(places)) or str(note).encode() != data:
        raise VerificationError("signatures out of order, twice or not plainly written", where=CHECKPOINT)
    if places[: len(keys.log.log_keys)] != list(range(len(keys.log.log_keys))):
        raise VerificationError("not all keys of the log have signed", where=CHECKPOINT)
    check_checkpoint(note, keys.log, CHECKPOINT)
    return SignedHead(note, data, check_checkpoint(note, policy, CHECKPOINT))


def check_proofs(files: Mapping[str, memoryview], head: SignedHead, policy: LogPolicy) -> dict[int, Leaf]:
    """The leaves that are proved, by their numbers.

    Raises:
        InputError: A proof is none.
        VerificationError: One does not lead to the checkpoint, or another file lies there.
    """
    found: dict[int, Leaf] = {}
    for path in sorted(files):
        if not path.startswith(LOG) or path.endswith(CONSISTENCY) or path == CHECKPOINT:
            continue
        data = bytes(files[path])
        proof = read_proof(data, path)
        if path != f"{LOG}{proof.leaf}{SUFFIX}" or write_proof(proof) != data:
            raise VerificationError(f"a proof of leaf {proof.leaf}, or not plainly written", where=path)
        if proof.checkpoint != head.data:
            raise VerificationError("leads to another checkpoint than the package's", where=path)
        check_proof(proof.extra, proof, policy, path)
        found[proof.leaf] = read_entry(proof.extra)
    if not found:
        raise VerificationError("nothing is proved", where=LOG)
    return found


def check_heads(files: Mapping[str, memoryview], head: SignedHead, policy: LogPolicy) -> dict[str, Note]:
    """Earlier heads, each shown to be the beginning of the package's own.

    Raises:
        InputError: One is no checkpoint.
        VerificationError: The log has not signed it, or it is no beginning; or another file lies there.
    """
    names = _names(files, HEADS, HEAD)
    if names != _names(files, LOG, CONSISTENCY):
        raise VerificationError("a checkpoint without its proof, or a proof without its checkpoint", where=HEADS)
    found: dict[str, Note] = {}
    own = head.found.checkpoint
    for name in sorted(names):
        where = f"{HEADS}{name}{HEAD}"
        note = read_note(bytes(files[where]), where)
        said = check_checkpoint(note, replace(policy, quorum=0), where).checkpoint
        path = _consistency(files[f"{LOG}{name}{CONSISTENCY}"], f"{LOG}{name}{CONSISTENCY}")
        check_consistency(said.size, said.root, own.size, path, own.root)
        found[name] = note
    return found


def check_stamps(files: Mapping[str, memoryview], head: SignedHead, roots: tuple[Certificate, ...]) -> list[Stamped]:
    """The time stamps over the package's checkpoint and the earlier ones.

    Raises:
        VerificationError: One does not hold, or is over nothing that is there.
    """
    found = []
    for path in stamps_in(files):
        over = CHECKPOINT if path == OWN_STAMP else path.removesuffix(STAMP) + HEAD
        data = head.data if path == OWN_STAMP else bytes(_held(files, over))
        found.append(check_timestamp(bytes(files[path]), data, roots, where=path))
    return found


def check_seen(seen: Iterable[Note], heads: Iterable[Note], head: SignedHead, policy: LogPolicy) -> list[str]:
    """Compare with checkpoints that the reader was shown elsewhere; gives what could not be compared.

    Raises:
        InputError: One is no checkpoint.
        VerificationError: The log has told two stories, or another log or key has signed it.
    """
    own = {said.size: said for said in (read_checkpoint(one.text) for one in (*heads, head.note))}
    unknown = []
    for note in seen:
        said = check_checkpoint(note, replace(policy, quorum=0), "the checkpoint seen elsewhere").checkpoint
        if said.size in own and own[said.size].root != said.root:
            raise VerificationError(f"the log has shown two histories of {said.size:,} leaves: keep both checkpoints")
        if said.size not in own:
            unknown.append(f"{said.size:,} leaves")
    return unknown


def witnesses_of(head: SignedHead, keys: CaseKeys) -> list[str]:
    """Who of the witnesses that the package names has signed, and when, as text."""
    found = cosignatures(head.note, keys.log.witnesses)
    return sorted({one.key.name for one in found if one.key.kind is not SignatureType.ED25519})


def stamps_in(files: Iterable[str]) -> list[str]:
    return sorted(path for path in files if path == OWN_STAMP or (path.startswith(HEADS) and path.endswith(STAMP)))


def _names(files: Iterable[str], folder: str, suffix: str) -> set[str]:
    return {path[len(folder) : -len(suffix)] for path in files if path.startswith(folder) and path.endswith(suffix)}


def _place(name: str, key_id: bytes, known: tuple[Verifier, ...]) -> int:
    for place, key in enumerate(known):
        if (key.name, key.id) == (name, key_id):
            return place
    raise VerificationError(f"signed by {name[:60]!r} with a key that the package does not name", where=CHECKPOINT)


def _consistency(data: memoryview, where: str) -> tuple[bytes, ...]:
    try:
        found = tuple(base64.b64decode(line, validate=True) for line in bytes(data).splitlines())
    except binascii.Error as error:
        raise VerificationError("a line that is no base64", where=where) from error
    if write_consistency(found) != data:
        raise VerificationError("not plainly written", where=where)
    return found


def _held(files: Mapping[str, memoryview], path: str) -> memoryview:
    if path not in files:
        raise VerificationError("is missing", where=path)
    return files[path]
