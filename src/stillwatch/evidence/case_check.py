"""What a check of a sealed package found, and what its reader brings along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cryptography.x509 import Certificate

    from stillwatch.evidence.proof_file import LogPolicy
    from stillwatch.evidence.redaction import Redaction
    from stillwatch.evidence.signed_note import Note


class Outcome(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    """Something was altered, is missing or was added, or was not signed as it must be."""
    NOT_DONE = "not done"
    """What it takes is not there: the reader has not said whom to trust, or an earlier check fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    outcome: Outcome
    because: str
    """What was found, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the reader knows from elsewhere than the package; nothing of it is needed, all of it makes the check say
    more.
    """

    policy: LogPolicy | None = None
    """The log's name and keys, and how many of which witnesses must have signed."""
    roots: tuple[Certificate, ...] = ()
    """Certificates that time stamps must lead to."""
    seen: tuple[Note, ...] = ()
    """Checkpoints of the log that the reader was shown before or by others."""
    shown: tuple[Redaction, ...] = ()
    """Fields that were taken out and that somebody shows now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    checks: tuple[Check, ...]
    about: str = ""
    tier: str = ""
    made_at: datetime | None = None
    origin: str = ""
    """The log that vouches for it."""

    @property
    def outcome(self) -> Outcome:
        """`fails` if one check does; what was not done is in the list."""
        fails = not self.checks or any(one.outcome is Outcome.FAILS for one in self.checks)
        return Outcome.FAILS if fails else Outcome.HOLDS


def tried(name: str, check: Callable[[], str]) -> Check:
    """Run a check: what it returns is what it found, what it raises is why it fails."""
    try:
        return Check(name=name, outcome=Outcome.HOLDS, because=check())
    except (InputError, VerificationError) as error:
        because = ": ".join(part for part in (error.where, error.what) if part)
        return Check(name=name, outcome=Outcome.FAILS, because=because)


def not_done(name: str, because: str) -> Check:
    return Check(name=name, outcome=Outcome.NOT_DONE, because=because)
