"""What the manifest of a sealed package says of its files, and what the files say of one another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.case_manifest import MANIFEST, digests_of, read_manifest
from stillwatch.evidence.case_package import LOG, OWN_STAMP
from stillwatch.evidence.commitment import CommittedBatch
from stillwatch.evidence.key_history import refusal_of
from stillwatch.evidence.key_statement import KeyRole
from stillwatch.evidence.merkle_tree import HASH_BYTES
from stillwatch.evidence.plain_json import read_plain
from stillwatch.evidence.record_proof import BATCH_SCHEMA, check_record_proof, read_record_proof
from stillwatch.evidence.sealed_case import CUSTODY
from stillwatch.evidence.statement_chain import check_chain, payload_of
from stillwatch.signing.key_kinds import raw_public, read_public_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.core.leaf import Leaf
    from stillwatch.evidence.case_keys import CaseKeys
    from stillwatch.evidence.case_manifest import Manifest
    from stillwatch.evidence.key_history import KeySpan
    from stillwatch.evidence.proof_file import LogPolicy

BATCHES: Final = "batches/"
RECORDS: Final = "records/"
_STATEMENT: Final = ".json"
_LEAVES: Final = ".leaves"
_SHOWN: Final = 3


def check_manifest(files: Mapping[str, memoryview], proved: Mapping[int, Leaf]) -> tuple[Manifest, int]:
    """The manifest, and the number of its leaf: it is read only once the log vouches for its bytes.

    Raises:
        InputError: It is of another version.
        VerificationError: The log does not know it.
    """
    if MANIFEST not in files:
        raise VerificationError("is missing", where=MANIFEST)
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    own = [at for at, leaf in proved.items() if leaf.kind is LeafKind.DOSSIER and leaf.sha256 == digest]
    if len(own) != 1:
        raise VerificationError("no leaf that is proved is of this manifest", where=MANIFEST)
    manifest = read_manifest(files[MANIFEST])
    if (proved[own[0]].about, proved[own[0]].noted_at) != (manifest.about, manifest.made_at):
        raise VerificationError("the leaf is of another time, or about another case", where=MANIFEST)
    return manifest, own[0]


def check_listed(files: Mapping[str, memoryview], manifest: Manifest) -> str:
    """Whether each file that is listed is there as it was, and no other one."""
    beside = {path for path in files if path in {MANIFEST, OWN_STAMP} or path.startswith(LOG)}
    there = set(files) - beside
    if missing := sorted(set(manifest.files) - there):
        raise VerificationError(f"missing: {_some(missing)}")
    if added := sorted(there - set(manifest.files)):
        raise VerificationError(f"added: {_some(added)}")
    if changed := [path for path in sorted(there) if digests_of(files[path]) != manifest.files[path]]:
        raise VerificationError(f"changed: {_some(changed)}")
    size = sum(one.size for one in manifest.files.values())
    return f"{len(there):,} files, {size:,} bytes, by SHA-256 and BLAKE3"


def check_leaves(files: Mapping[str, memoryview], manifest: Manifest, own: int, proved: Mapping[int, Leaf]) -> str:
    """Whether the leaves that are proved are those that the manifest lists, each of what it says."""
    listed = {at: (one.kind, one.sha256) for at, one in manifest.leaves.items()}
    if listed != {at: (leaf.kind, leaf.sha256) for at, leaf in proved.items() if at != own}:
        raise VerificationError("the manifest lists other leaves than those that are proved", where=LOG)
    for at, one in manifest.leaves.items():
        if one.of and _digest_of(files, manifest, one.of) != one.sha256:
            raise VerificationError(f"leaf {at} is not of {one.of}", where=LOG)
    kinds = sorted({one.kind.value for one in manifest.leaves.values()})
    return f"{len(listed):,} beside the manifest's" + (f" ({', '.join(kinds)})" if kinds else "")


def check_batches(files: Mapping[str, memoryview], manifest: Manifest) -> str:
    """Whether the commitments to ingested records are those that the log was told of."""
    records = 0
    known = {one.of for one in manifest.leaves.values() if one.kind is LeafKind.BATCH}
    for path in batches_in(files):
        statement = path.removesuffix(_LEAVES).removesuffix(_STATEMENT) + _STATEMENT
        if statement not in known:
            raise VerificationError("the log knows no such batch", where=path)
        if path.endswith(_STATEMENT):
            continue
        read = read_plain(files[statement], statement)
        is_one = isinstance(read, dict) and read.get("schema") == BATCH_SCHEMA
        if not is_one or read.get("records") != len(files[path]) // HASH_BYTES:
            raise VerificationError("no statement of this batch", where=statement)
        if CommittedBatch(files[path]).root.hex() != read.get("root"):
            raise VerificationError("the commitments have another root than was noted", where=path)
        records += int(read["records"])
    return f"{records:,} records"


def check_records(files: Mapping[str, memoryview], policy: LogPolicy) -> str:
    """Whether the single records that are shown were in batches that the log knows of."""
    shown = [path for path in files if path.startswith(RECORDS)]
    for path in shown:
        check_record_proof(read_record_proof(bytes(files[path]), path), policy, path)
    return f"{len(shown):,} records"


def check_custody(files: Mapping[str, memoryview], manifest: Manifest, keys: CaseKeys, spans: Sequence[KeySpan]) -> str:
    """Whether the statements of custody follow on one another, each signed by keys that counted then.

    Args:
        files: Of the package.
        manifest: Says which statements were noted as which leaves.
        keys: Whose signatures count.
        spans: What the log says of keys; one that it does not speak of counts as the package says.
    """
    chain = check_chain(bytes(files[CUSTODY]).splitlines(), keys.custody, CUSTODY)
    noted = {one.of: at for at, one in manifest.leaves.items()}
    known = {raw_public(read_public_key(pem.encode())): pem for pem in keys.custody}
    told = {known[span.public]: span for span in spans if span.role is KeyRole.CUSTODY and span.public in known}
    for number, line in enumerate(chain):
        here = f"{CUSTODY}#{number}"
        for span in (told[pem] for pem in line.signers if pem in told):
            if because := refusal_of(span, at=line.at or manifest.made_at, leaf=noted.get(here)):
                raise VerificationError(because, where=here)
    return f"{len(chain):,} statements"


def batches_in(files: Mapping[str, memoryview]) -> list[str]:
    return sorted(path for path in files if path.startswith(BATCHES))


def _digest_of(files: Mapping[str, memoryview], manifest: Manifest, of: str) -> str:
    path, is_line, number = of.partition("#")
    if path not in manifest.files:
        raise VerificationError(f"{of} is not in the package", where=LOG)
    if not is_line:
        return manifest.files[path].sha256
    lines = bytes(files[path]).splitlines()
    if path != CUSTODY or not number.isdecimal() or int(number) >= len(lines):
        raise VerificationError(f"there is no {of}", where=LOG)
    return hashlib.sha256(payload_of(lines[int(number)])).hexdigest()


def _some(paths: list[str]) -> str:
    rest = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {rest:,} more" if rest > 0 else "")
