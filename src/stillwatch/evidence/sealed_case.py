"""What goes into a sealed package, as values: the contents first, then what the log and its witnesses said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stillwatch.core.leaf import Leaf
    from stillwatch.evidence.case_keys import CaseKeys
    from stillwatch.evidence.proof_file import LogProof
    from stillwatch.evidence.redaction import Redaction

CUSTODY: Final = "custody.jsonl"


class Tier(StrEnum):
    """For whose eyes a package is."""

    REDACTED = "redacted"
    """What names customers or shows what they wrote was taken out, and is committed to."""
    CONFIDENTIAL = "confidential"
    """The same with everything in it, and the openings of what the other one leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    path: str
    data: bytes | memoryview
    """What it holds; of a large one the map of a file, which is not copied."""
    media_type: str
    source: str = ""
    """Where it comes from: a file's name and digest, a query, a person."""
    made_by: str = ""
    """Which program, in which version, made or took it."""
    acquired_by: str = ""
    """Who had it run."""
    acquired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLeaf:
    """A leaf of the log that the package proves."""

    number: int
    leaf: Leaf
    of: str = ""
    """What it is the digest of: the path of a file of the package, or `custody.jsonl#3` for the payload of its line 3
    (from 0); empty where that is not handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCase:
    """Everything that is fixed before the log is told of it."""

    about: str
    """An id that says nothing to outsiders, such as that of a campaign."""
    tier: Tier
    made_at: datetime
    keys: CaseKeys
    files: tuple[PackageFile, ...]
    clock: Mapping[str, Any] = field(default_factory=dict)
    """How the clock is set that `made_at` was read from: its source, its offset from NTP, the last anchor outside."""
    custody: tuple[bytes, ...] = ()
    """Lines of `custody.jsonl`: envelopes (DSSE) in order, each naming the payload of the one before."""
    redactions: tuple[Redaction, ...] = ()
    leaves: tuple[ShownLeaf, ...] = ()
    heads: tuple[Head, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An earlier checkpoint of the log, which dates what was in it by then."""

    name: str
    note: bytes
    """The signed note."""
    stamp: bytes = b""
    """A time authority's answer over the note (DER), if it was stamped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What the log, its witnesses and time authorities say once the manifest is noted."""

    checkpoint: bytes
    """The signed note that all proofs lead to."""
    proofs: tuple[LogProof, ...]
    """Of the manifest's leaf and of each shown one; `extra` holds the entry."""
    consistency: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """Name of an earlier head → the proof that it is the beginning of the checkpoint."""
    stamp: bytes = b""
    """A time authority's answer over the checkpoint (DER), if it was stamped."""
