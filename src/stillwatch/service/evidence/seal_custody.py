"""Begin a record of custody: hash what is there, sign its manifest, and state who took it, or made it out of what.

A run that was ended, by whatever means, goes on where it was when it is run again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from stillwatch.core.errors import SettingsError, VerificationError
from stillwatch.core.version import VERSION
from stillwatch.evidence.custody_chain import followed_by, link_of, read_custody, sign_statement
from stillwatch.evidence.custody_statement import CustodyKind, CustodyStatement
from stillwatch.evidence.file_manifest import root_of_manifest, write_manifest
from stillwatch.evidence.oci_layout import check_oci_layout
from stillwatch.evidence.sigstore_bundle import write_bundle
from stillwatch.service.evidence.hash_files import HashingRun
from stillwatch.service.evidence.hashing_state import HashingState
from stillwatch.service.evidence.take_manifest import SealOptions, take_manifest
from stillwatch.service.write_whole import write_whole
from stillwatch.signing.key_kinds import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stillwatch.evidence.custody_chain import Link
    from stillwatch.service.evidence.custody_folder import CustodyFolder
    from stillwatch.service.evidence.read_clock import ClockReading
    from stillwatch.signing.key_kinds import AnyKey, PublicKey

TOOL = f"stillwatch {VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who states something, and in which circumstances."""

    by: str
    key: AnyKey
    clock: ClockReading
    """Now."""
    because: str = ""
    hardware: Mapping[str, Any] = field(default_factory=dict)
    """Inventory of this machine."""

    @property
    def id(self) -> str:
        return id_of(self.key.public_key())


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    kind: CustodyKind = CustodyKind.COLLECT
    """One of `BEGINNINGS`."""
    what: Mapping[str, Any] = field(default_factory=dict)
    """Beside what is counted here, see `CustodyKind`."""
    options: SealOptions = field(default_factory=SealOptions)
    """How it is hashed."""


class SealedCustody(NamedTuple):
    link: Link
    left_out: tuple[str, ...]
    """Paths that are there and that the seal says nothing of."""
    remarks: tuple[str, ...]
    """On a layout of container images: blobs that no manifest names."""


def seal_custody(
    root: Path,
    folder: CustodyFolder,
    keeper: Keeper,
    beginning: Beginning | None = None,
    *,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> SealedCustody:
    """Seal what is there and begin its record.

    Args:
        root: A folder or a file; it is only read.
        folder: Where the seal and the record go.
        keeper: Who holds it from now on.
        beginning: That it was collected, if not given.
        progress: Told of bytes done, of all bytes.

    Raises:
        InputError: Something there cannot be sealed or read.
        SettingsError: It is sealed already, or nothing can be written beside it.
        VerificationError: It is a layout of container images, and a blob in it is not what its name says.
    """
    begun = beginning or Beginning()
    if folder.path.resolve().is_relative_to(root.resolve()):
        mend = "name a place outside of what is sealed with --custody"
        raise SettingsError("the record would lie in what it is of", where=str(folder.path), mend=mend)
    with folder.alone():
        if folder.record.exists():
            mend = "verify it, or keep another record of it elsewhere with --custody"
            raise SettingsError("it is sealed already", where=str(folder.path), mend=mend)
        kept = HashingState(folder.hashing("seal"))
        made = take_manifest(root, begun.options, HashingRun(kept=kept, progress=progress))
        remarks = check_oci_layout(made.manifest, lambda path: (root / path).read_bytes())
        bundle = write_bundle(write_manifest(made.manifest), keeper.key)
        files = {one.part.path for one in made.manifest.parts}
        counted = {"files": len(files), "bytes": sum(one.size or 0 for one in made.manifest.parts)}
        statement = CustodyStatement(
            kind=begun.kind,
            chain=str(uuid4()),
            number=0,
            previous="",
            root=root_of_manifest(made.manifest),
            name=made.manifest.name,
            manifest=hashlib.sha256(bundle).hexdigest(),
            at=keeper.clock.at,
            by=keeper.by,
            signer=keeper.id,
            because=keeper.because,
            what={**begun.what, **counted},
            clock=keeper.clock.plain(),
            hardware=keeper.hardware,
            tool=TOOL,
        )
        link = followed_by(None, link_of(statement)).last
        line = sign_statement(statement, keeper.key)
        write_whole(folder.seal, bundle, is_lasting=True)
        folder.append(line)
        kept.done()
    return SealedCustody(link, made.left_out, remarks)


def parents_of(folders: Sequence[CustodyFolder], known: Sequence[PublicKey]) -> list[dict[str, str]]:
    """What something was made of, as `derive` names it, by records that were checked.

    Raises:
        VerificationError: A record does not hold, or there is none.
    """
    if not folders:
        raise VerificationError("it was made of nothing that was sealed", mend="seal it with: stillwatch custody seal")
    found = []
    for folder in folders:
        last = read_custody(folder.lines(), known, str(folder.record)).last
        said = last.statement
        found.append({"name": said.name, "root": said.root, "chain": said.chain, "statement": last.sha256})
    return found
