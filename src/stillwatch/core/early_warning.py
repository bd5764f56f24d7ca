"""Early warnings: what often comes before a campaign. They accuse nobody and give no account a standing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyWarning:
    kind: str
    """Name of the precursor on its shelf."""
    because: str
    """What was seen, with numbers."""
    p_value: float
    """Chance of as much under the precursor's stated null model."""
    q_value: float
    """The same with all that was looked at counted in: the false-discovery rate at which the warning would be given."""
    accounts: tuple[str, ...]
    exchanges: int
    prompts: int
    """Different prompts among them."""
    first_seen: datetime
    last_seen: datetime
    twin: str
    """The honest twin that looks the same."""
    instead: str
    """What would tell that twin from an operator, as a sentence."""
    excerpt: str
    """A redacted prompt, where one was kept."""
