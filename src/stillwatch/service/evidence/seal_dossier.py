"""Seal a dossier: one package a tier, each checked by the log that the finding stands in.

    sealed = seal_dossier(gathered, {Tier.REDACTED: pages}, Path("case.zip"), Sealer(log, key), keys=folder)

The finding is noted first, if the scan has not done it, then the manifest of each package. Both tiers are made from the
same documents under the same commitments, so what the confidential one opens is what the redacted one left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.dossier_custody import custody_lines, public_pem
from stillwatch.evidence.dossier_statements import CAMPAIGN_FILE
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.sealed_case import PackageFile, SealedCase, Tier
from stillwatch.service.evidence.dossier_files import Pages, dossier_documents, dossier_files
from stillwatch.service.evidence.seal_case import keys_of, seal_case, shown_leaf, stamped_heads
from stillwatch.service.evidence.seal_log import seals_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from stillwatch.evidence.sealed_case import ShownLeaf
    from stillwatch.service.evidence.ask_witness import Post
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.service.evidence.gather_dossier import Gathered
    from stillwatch.service.evidence.seal_case import CaseSealed
    from stillwatch.signing.signing_key import SigningKey

_LEAVES_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    log: EvidenceLog
    key: SigningKey
    """Signs the statements of custody."""
    stamp: Callable[[bytes], bytes] | None = None
    """Gives a time authority's answer over some bytes (DER), checked."""
    roots: bytes = b""
    """Certificates of that authority, PEM; they go along."""
    clock: Mapping[str, Any] = field(default_factory=dict)
    """How the clock was set that the dossier was made by (`read_clock`)."""
    post: Post | None = None
    """Speaks to the witnesses that the log's settings name."""


def package_of(out: Path, tier: Tier, *, is_alone: bool) -> Path:
    """Where the package of a tier comes to lie: the file that was named, or one beside it for each tier."""
    return out if is_alone else out.with_name(f"{out.stem}-{tier.value}{out.suffix or '.zip'}")


def seal_dossier(  # noqa: PLR0913  # what goes in, for whom and where it lies
    gathered: Gathered,
    pages: Mapping[Tier, Pages],
    out: Path,
    sealer: Sealer,
    *,
    keys: Path | None,
    stix: bytes = b"",
) -> tuple[CaseSealed, ...]:
    """Seal it.

    Args:
        gathered: What was put together.
        pages: Tier → its pages; for each tier a package is made.
        out: Where it comes to lie (`package_of`).
        sealer: The log and the key.
        keys: Folder of the keys; None where they are handed over by themselves.
        stix: The bundle; empty where there is none.

    Raises:
        InputError: It is too large for one package.
        PeerError: A witness or the time authority does not answer.
        VerificationError: The log was changed.
    """
    documents = dossier_documents(gathered)
    finding = digest_of(gathered.finding)
    leaf = _noted(sealer.log, finding, gathered)
    made = []
    for tier, shown in pages.items():
        is_whole = tier is Tier.CONFIDENTIAL
        taken = Counter(one.file for one in documents.redactions if not is_whole)
        batches, leaves = _batches(gathered, sealer.log)
        roots = PackageFile(path="keys/tsa-roots.pem", data=sealer.roots, media_type="application/x-pem-file")
        case = SealedCase(
            about=gathered.dossier.campaign.id,
            tier=tier,
            made_at=gathered.dossier.made_at,
            keys=keys_of(sealer.log, (public_pem(sealer.key),)),
            files=(
                *dossier_files(gathered, documents, tier, shown, keys=keys, stix=stix),
                *batches,
                *((roots,) if sealer.roots else ()),
            ),
            clock=sealer.clock,
            custody=custody_lines(gathered.dossier, finding, taken, sealer.key),
            redactions=documents.redactions,
            leaves=(shown_leaf(sealer.log, leaf, CAMPAIGN_FILE if is_whole else ""), *leaves),
            heads=stamped_heads(sealer.log),
        )
        where = package_of(out, tier, is_alone=len(pages) == 1)
        made.append(seal_case(case, sealer.log, where, stamp=sealer.stamp, post=sealer.post))
    return tuple(made)


def _noted(log: EvidenceLog, finding: str, gathered: Gathered) -> int:
    """The leaf of the finding; noted now where the scan has not done it."""
    known = log.find(finding)
    if known:
        return known[0]
    dossier = gathered.dossier
    leaf = Leaf(kind=LeafKind.FINDING, sha256=finding, noted_at=dossier.made_at, about=dossier.campaign.id)
    return log.note([leaf])[0]


def _batches(gathered: Gathered, log: EvidenceLog) -> tuple[list[PackageFile], list[ShownLeaf]]:
    """What the log was told of each log file when it was read, and the commitments to its records."""
    seals = seals_of(log)
    files: list[PackageFile] = []
    leaves: list[ShownLeaf] = []
    for number, one in enumerate(gathered.dossier.inputs, 1):
        statement = seals.statement(one.sha256)
        if one.batch_leaf is None or statement is None:
            continue
        base = f"batches/{one.sha256}"
        source = f"input {number}"
        files += [
            PackageFile(
                path=f"{base}.json", data=rfc8785.dumps(statement), media_type="application/json", source=source
            ),
            PackageFile(path=f"{base}.leaves", data=seals.leaves(one.sha256), media_type=_LEAVES_TYPE, source=source),
        ]
        leaves.append(shown_leaf(log, one.batch_leaf, f"{base}.json"))
    return files, leaves
