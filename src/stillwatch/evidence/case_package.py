"""Write a sealed package: one zip archive that a stranger can check years later without us and without a network.

    manifest.json         every file below with its digests; its own digest is a leaf of the log
    custody.jsonl         who took, moved, derived and handed over what: signed, each line naming the one before
    keys/keys.json        public keys of the log, its witnesses and of those who signed custody statements
    redactions.json       commitments to the fields that were taken out; `openings.json` in the confidential tier
    heads/NAME.…          earlier checkpoints of the log, and time stamps over them
    log/checkpoint        what the log had signed when it held the manifest's leaf, with the witnesses' signatures
    log/N.tlog-proof      for each leaf that is shown, that it is leaf N of that log
    log/NAME.consistency  for each earlier checkpoint, that it is the beginning of that one
    tsa/checkpoint.tsr    a time stamp over that one

The order makes it sealed: the contents are fixed, the manifest is made over them (`manifest_of`), its digest is noted
in the log, the log signs a checkpoint, witnesses and time authorities sign that. So `log/` and `tsa/` cannot be listed
in the manifest; each file in them is instead checked to its last byte, and one that nothing calls for is refused.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.evidence.case_keys import KEYS, write_case_keys
from stillwatch.evidence.case_manifest import MANIFEST, write_manifest
from stillwatch.evidence.proof_file import SUFFIX, write_proof
from stillwatch.evidence.redaction import OPENINGS, REDACTIONS, write_openings, write_redactions
from stillwatch.evidence.sealed_case import CUSTODY, PackageFile, Tier
from stillwatch.evidence.store_zip import zip_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.evidence.sealed_case import SealedCase, Sealing

LOG: Final = "log/"
CHECKPOINT: Final = "log/checkpoint"
HEADS: Final = "heads/"
HEAD: Final = ".checkpoint"
STAMP: Final = ".tsr"
CONSISTENCY: Final = ".consistency"
OWN_STAMP: Final = "tsa/checkpoint.tsr"
_OURS: Final = frozenset((MANIFEST, CUSTODY, KEYS, REDACTIONS, OPENINGS))
_OUR_FOLDERS: Final = (LOG, HEADS, "tsa/")
_JSON: Final = "application/json"
_CHOSEN: Final = "give the file another name"


def files_of(case: SealedCase) -> tuple[PackageFile, ...]:
    """All that the manifest lists: the contents, and the files that the case is described in.

    Raises:
        InputError: A path is taken twice, or lies where the log's files do.
    """
    own = [PackageFile(path=KEYS, data=write_case_keys(case.keys), media_type=_JSON)]
    if case.custody:
        lines = b"".join(line + b"\n" for line in case.custody)
        own.append(PackageFile(path=CUSTODY, data=lines, media_type="application/jsonl"))
    if case.redactions:
        own.append(PackageFile(path=REDACTIONS, data=write_redactions(case.redactions), media_type=_JSON))
        if case.tier is Tier.CONFIDENTIAL:
            own.append(PackageFile(path=OPENINGS, data=write_openings(case.redactions), media_type=_JSON))
    for one in case.files:
        if one.path in _OURS or one.path.startswith(_OUR_FOLDERS):
            raise InputError("this name is the package's own", where=one.path, mend=_CHOSEN)
    for head in case.heads:
        path = f"{HEADS}{head.name}"
        own.append(PackageFile(path=path + HEAD, data=head.note, media_type="text/plain"))
        if head.stamp:
            own.append(PackageFile(path=path + STAMP, data=head.stamp, media_type="application/timestamp-reply"))
    files = (*own, *case.files)
    if len({one.path for one in files}) != len(files):
        raise InputError("a path is taken twice", mend=_CHOSEN)
    return files


def manifest_of(case: SealedCase) -> bytes:
    """The manifest, whose SHA-256 is to be noted as a leaf of the kind `dossier`."""
    return write_manifest(case, files_of(case))


def write_package(case: SealedCase, manifest: bytes, sealing: Sealing) -> Iterator[bytes | memoryview]:
    """The archive, piece by piece.

    Args:
        case: Unchanged since `manifest_of` was asked.
        manifest: What that gave.
        sealing: What the log said after the manifest was noted.

    Raises:
        InputError: A name is none that a package may hold, or it is 4 GiB or more.
    """
    files: dict[str, bytes | memoryview] = {one.path: one.data for one in files_of(case)}
    files |= {MANIFEST: manifest, CHECKPOINT: sealing.checkpoint}
    files |= {f"{LOG}{one.leaf}{SUFFIX}": write_proof(one) for one in sealing.proofs}
    for name, path in sealing.consistency.items():
        files[f"{LOG}{name}{CONSISTENCY}"] = write_consistency(path)
    if sealing.stamp:
        files[OWN_STAMP] = sealing.stamp
    return zip_pieces(files)


def write_consistency(path: tuple[bytes, ...]) -> bytes:
    """The hashes of a proof, a line each."""
    return b"".join(base64.b64encode(one) + b"\n" for one in path)
