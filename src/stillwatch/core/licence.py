"""A licence to distil: who may learn from which model, for what, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.policy import Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    id: str
    """Unique with its issuer; letters, digits and . _ : @ - alone."""
    issuer: str
    """Who grants it."""
    licensee: str
    """Who may distil."""
    accounts: tuple[str, ...]
    """By which it does so; nothing that others do is covered."""
    teachers: tuple[str, ...]
    """Models that may be learned from, as customers name them; globs."""
    student: str
    """What is trained, as far as the parties have named it."""
    purpose: str
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime
    """The first moment after."""
    most_tokens: int
    """Of replies, in the whole term; 0 = no limit."""
    most_prompts: int
    """0 = no limit."""
    features: tuple[Wants, ...] = ()
    """What guards let it have beyond answers, such as log-probabilities of the prompt."""
    mark: str = ""
    """Label of the key that its answers are marked with, such as grant/g-1; empty = its answers are not marked."""


class Used(NamedTuple):
    """What was used of a licence."""

    prompts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    """Of replies, reasoning included where the log counts it so; this is what `most_tokens` limits."""
