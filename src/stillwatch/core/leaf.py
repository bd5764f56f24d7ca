"""What a transparency log is told of: that something existed at a time, never what it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class LeafKind(StrEnum):
    """What the digest of a leaf is of."""

    BATCH = "batch"
    """Exchanges that were ingested together: the root over their commitments, see `evidence.commitment`."""
    FINDING = "finding"
    """A campaign as it stood in `campaigns.json`, or an egress watch as it stood in `egress.json`."""
    DECISIONS = "decisions"
    """Denials of a guard, together."""
    SHARE = "share"
    """What was told to a peer."""
    POLICY = "policy"
    """A guard's policy that came into force."""
    MANIFEST = "manifest"
    """Files whose custody is kept: model weights, data sets, layers."""
    CUSTODY = "custody"
    """A statement of who moved, derived or disclosed what."""
    APPROVAL = "approval"
    """A person's consent."""
    APPEAL = "appeal"
    """An appeal and what was decided about it."""
    ACCESS = "access"
    """Somebody has looked at what customers wrote, and why."""
    ERASURE = "erasure"
    """Something was erased, by request or by age."""
    KEY = "key"
    """A key was made, changed or revoked."""
    SUCCESSION = "succession"
    """Which log follows this one, as its last leaf, or which one it follows, as its first."""
    PLAN = "plan"
    """How a suspect model will be tested, before anything is scored."""
    DOSSIER = "dossier"
    """Evidence that was put together to be handed over."""
    OTHER = "other"
    """A file that somebody named by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    kind: LeafKind
    sha256: str
    """Hex; of the canonical JSON (RFC 8785) of what is meant, or of the bytes of a file."""
    noted_at: datetime
    """When the one who noted it says that it was; when it was noted at the latest, witnesses and time stamps say."""
    about: str = ""
    """An id that says nothing to outsiders, such as that of a campaign."""
