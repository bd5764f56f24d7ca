"""What a case of a link or signal is: a small world, and whether the tie or behaviour is seen in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.detection.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Feeds the tests, the docs and the demo."""

    name: str
    """What happens in this world, as one would tell it."""
    fires: bool
    """Whether a link gives evidence with p ≤ 0.01, or a signal a finding; False is a near miss."""
    make: Callable[[], World]
