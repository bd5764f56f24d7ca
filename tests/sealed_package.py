"""A sealed package of a log that lives in memory, in one short call; what it holds can be changed piece by piece."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.case_keys import CaseKeys
from stillwatch.evidence.case_package import manifest_of, write_package
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.commitment import CommittedBatch
from stillwatch.evidence.cosignature import cosign
from stillwatch.evidence.custody_chain import link_of, sign_statement
from stillwatch.evidence.custody_statement import CustodyKind, CustodyStatement
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import consistency_path, inclusion_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy, LogProof
from stillwatch.evidence.record_proof import batch_statement
from stillwatch.evidence.redaction import Redaction, redact
from stillwatch.evidence.sealed_case import Head, PackageFile, SealedCase, Sealing, ShownLeaf, Tier
from stillwatch.evidence.signed_note import Note, SignatureType, Verifier
from stillwatch.evidence.statement_chain import PAYLOAD_TYPE, STATEMENT_TYPE
from stillwatch.signing.dsse import sign
from stillwatch.signing.key_kinds import CurveKey, id_of, public_pem

if TYPE_CHECKING:
    from stillwatch.signing.key_kinds import AnyKey

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORIGIN = "log.example/2026"
SIGNER = LogSigner.from_seeds(ORIGIN, bytes(32), bytes([1] * 32))
OTHER_SIGNER = LogSigner.from_seeds(ORIGIN, bytes([9] * 32), bytes([8] * 32))
CUSTODIAN = Ed25519PrivateKey.from_private_bytes(bytes([3] * 32))
KEEPERS: tuple[AnyKey, ...] = (
    CurveKey(ec.derive_private_key(5, ec.SECP256R1())),
    CurveKey(ec.derive_private_key(6, ec.SECP384R1())),
    CurveKey(ec.derive_private_key(7, ec.SECP521R1())),
    CUSTODIAN,
)
"""One key of each kind that `stillwatch custody` signs with."""
_WITNESS = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
WITNESS = Verifier("w.example", SignatureType.COSIGNATURE, _WITNESS.public_key().public_bytes_raw())
_FINDING = {"id": "campaign-1", "accounts": ["acct-7", "acct-9"], "confidence": 0.97}
_TAKEN = tuple(
    Redaction(file="analysis/finding.json", field=f"/accounts/{at}", value=one, salt=bytes([at] * 32))
    for at, one in enumerate(("acct-7", "acct-9"))
)


@dataclass(kw_only=True)
class MemoryLog:
    """A transparency log, as far as a package asks for one."""

    signer: LogSigner = SIGNER
    entries: list[bytes] = field(default_factory=list)

    def note(self, leaf: Leaf) -> int:
        self.entries.append(entry_of(leaf))
        return len(self.entries) - 1

    def head(self, size: int, *, witnessed: bool = True, at_s: int = 1_790_000_000) -> Note:
        said = Checkpoint(self.signer.name, size, root_of(map(leaf_hash, self.entries[:size])))
        note = self.signer.sign(said, at_s=at_s)
        if witnessed:
            note = note._replace(signatures=(*note.signatures, cosign(said, WITNESS, _WITNESS.sign, at_s)))
        return note

    def consistency(self, old: int) -> tuple[bytes, ...]:
        return tuple(consistency_path(self._hash_at, old, len(self.entries)))

    def prove(self, number: int, head: Note) -> LogProof:
        path = inclusion_path(self._hash_at, number, len(self.entries))
        return LogProof(number, tuple(path), str(head).encode(), self.entries[number])

    def _hash_at(self, level: int, place: int) -> bytes:
        return root_of(map(leaf_hash, self.entries[place << level : (place + 1) << level]))


def custody_pem() -> str:
    return CUSTODIAN.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def custody_lines(count: int = 3, *, key: Ed25519PrivateKey = CUSTODIAN) -> tuple[bytes, ...]:
    lines: list[bytes] = []
    previous = ""
    for number in range(count):
        statement = {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": f"file-{number}", "digest": {"sha256": "ab" * 32}}],
            "predicateType": "https://stillwatch.dev/custody/collect/v1",
            "predicate": {"previous": previous, "who": "analyst", "step": number},
        }
        payload = rfc8785.dumps(statement)
        lines.append(sign(payload, PAYLOAD_TYPE, key))
        previous = hashlib.sha256(payload).hexdigest()
    return tuple(lines)


def custody_record(keepers: tuple[AnyKey, ...] = KEEPERS) -> tuple[bytes, ...]:
    """As `stillwatch custody` writes it: the first keeper seals, each hands over to the next one, who signs for it."""
    steps: list[tuple[CustodyKind, AnyKey, dict[str, Any]]] = [(CustodyKind.COLLECT, keepers[0], {})]
    for giver, taker in pairwise(keepers):
        steps += [
            (CustodyKind.TRANSFER, giver, {"to": id_of(taker.public_key())}),
            (CustodyKind.RECEIVE, taker, {}),
        ]
    lines: list[bytes] = []
    previous = ""
    for number, (kind, key, what) in enumerate(steps):
        statement = CustodyStatement(
            kind=kind,
            chain="c-1",
            number=number,
            previous=previous,
            root="ab" * 32,
            name="model-7",
            manifest="cd" * 32,
            at=AT + timedelta(minutes=number),
            by="a keeper",
            signer=id_of(key.public_key()),
            what=what,
        )
        lines.append(sign_statement(statement, key))
        previous = link_of(statement).sha256
    return tuple(lines)


def keeper_pems(keepers: tuple[AnyKey, ...] = KEEPERS) -> tuple[str, ...]:
    return tuple(public_pem(one.public_key()).decode() for one in keepers)


def keys_of(signer: LogSigner = SIGNER, *, quorum: int = 1) -> CaseKeys:
    policy = LogPolicy(origin=signer.name, log_keys=signer.verifiers, witnesses=(WITNESS,), quorum=quorum)
    return CaseKeys(log=policy, custody=(custody_pem(),))


def case_of(
    log: MemoryLog,
    *,
    tier: Tier = Tier.REDACTED,
    keys: CaseKeys | None = None,
    more: Any = (),
    lines: tuple[bytes, ...] | None = None,
) -> SealedCase:
    """A case with a finding, a batch of nine records and statements of custody; of each one is noted in the log."""
    finding = _FINDING if tier is Tier.CONFIDENTIAL else redact(_FINDING, _TAKEN)
    batch = CommittedBatch.of([b"record %d" % at for at in range(9)], bytes(32))
    statement = rfc8785.dumps(batch_statement(file_sha256="cd" * 32, records=9, root=batch.root, form="line"))
    files = [
        PackageFile(path="analysis/finding.json", data=rfc8785.dumps(finding), media_type="application/json"),
        PackageFile(path="batches/day-1.json", data=statement, media_type="application/json"),
        PackageFile(path="batches/day-1.leaves", data=batch.leaves, media_type="application/octet-stream"),
        PackageFile(path="README.txt", data=b"Read VERIFY.txt first.\n", media_type="text/plain", source="by hand"),
        *more,
    ]
    lines = custody_lines() if lines is None else lines
    payload = hashlib.sha256(_payload(lines[1])).hexdigest()
    noted = [
        (LeafKind.OTHER, "ee" * 32, None),
        (LeafKind.BATCH, hashlib.sha256(statement).hexdigest(), "batches/day-1.json"),
        (LeafKind.FINDING, hashlib.sha256(files[0].data).hexdigest(), "analysis/finding.json"),
        (LeafKind.CUSTODY, payload, "custody.jsonl#1"),
        (LeafKind.OTHER, "ef" * 32, None),
    ]
    shown = []
    for kind, digest, of in noted:
        leaf = Leaf(kind=kind, sha256=digest, noted_at=AT)
        number = log.note(leaf)
        if of is not None:
            shown.append(ShownLeaf(number=number, leaf=leaf, of=of))
    return SealedCase(
        about="campaign-1",
        tier=tier,
        made_at=AT,
        keys=keys or keys_of(log.signer),
        files=tuple(files),
        clock={"source": "chrony", "ntp_offset_ms": "0.4"},
        custody=lines,
        redactions=_TAKEN,
        leaves=tuple(shown),
    )


def seal(case: SealedCase, log: MemoryLog, *, earlier: int = 0, stamp: Any = None, witnessed: bool = True) -> bytes:
    """Note the manifest and write the package; `earlier`: leaves of an earlier head that goes along."""
    heads = tuple(Head(name="before", note=str(log.head(at)).encode()) for at in {earlier} - {0})
    case = replace(case, heads=heads)
    manifest = manifest_of(case)
    leaf = Leaf(
        kind=LeafKind.DOSSIER, sha256=hashlib.sha256(manifest).hexdigest(), noted_at=case.made_at, about=case.about
    )
    number = log.note(leaf)
    log.note(Leaf(kind=LeafKind.OTHER, sha256="aa" * 32, noted_at=AT))
    head = log.head(len(log.entries), witnessed=witnessed)
    sealing = Sealing(
        checkpoint=str(head).encode(),
        proofs=tuple(log.prove(at, head) for at in (number, *(one.number for one in case.leaves))),
        consistency={one.name: log.consistency(earlier) for one in heads},
        stamp=stamp(str(head).encode()) if stamp else b"",
    )
    return b"".join(write_package(case, manifest, sealing))


@cache
def package(tier: Tier = Tier.REDACTED) -> bytes:
    """The usual one."""
    log = MemoryLog()
    return seal(case_of(log, tier=tier), log, earlier=3)


def policy() -> LogPolicy:
    """What a reader asks who was given the log's keys."""
    return keys_of().log


def without_quorum(keys: CaseKeys) -> CaseKeys:
    return replace(keys, log=replace(keys.log, quorum=0))


def _payload(line: bytes) -> bytes:
    import base64

    return base64.b64decode(json.loads(line)["payload"])
