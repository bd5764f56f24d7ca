"""What a reader of shared intelligence says back: that it saw the same, and what it makes of it.

Both are new things of the reader's own, never a change of what somebody else has written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.provenance import Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Seen in the sighter's own logs."""

    id: str
    """STIX id, `sighting--` and a UUID of version 4."""
    of_id: str
    """STIX id of the indicator or campaign."""
    by_id: str
    """STIX id of the sighter's identity."""
    at: datetime
    """When the sighter said so."""
    count: int
    """Exchanges; 0 = looked for and not seen."""
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reader makes of it, in the three classes of `Stance`."""

    id: str
    """STIX id, `opinion--` and a UUID of version 4."""
    about_ids: tuple[str, ...]
    """STIX ids of indicators or campaigns."""
    by_id: str
    at: datetime
    stance: Stance
    explanation: str = ""
