"""What a file or message of shared intelligence held, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.feedback import Opinion, Sighting
    from stillwatch.core.shared_campaign import SharedCampaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One thing that was not taken in."""

    id: str
    """As it names itself, or its place: `objects[17]`."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBundle:
    campaigns: tuple[SharedCampaign, ...]
    """Each with its own producer's indicators alone; nobody can add to a campaign of somebody else's."""
    sightings: tuple[Sighting, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    revoked: tuple[tuple[str, str], ...] = ()
    """(producer's id, id of a campaign or indicator) of what its producer takes back."""
    refused: tuple[Refused, ...] = ()
    passed_over: tuple[tuple[str, int], ...] = ()
    """(type, how many) of what is sound but says nothing that this program keeps."""
