"""A campaign put together as evidence: statements by elements of the law, what speaks against, where it is from.

The elements are those of a bill before the US Congress (H.R. 8283 as introduced): an extraction is an attack where
access was had in one of three ways, and its purpose may be inferred from four things. Nothing here says they are met.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stillwatch.core.campaign import Campaign, Run
    from stillwatch.core.explanation import SharedKey
    from stillwatch.core.indicator import Certainty


class Element(StrEnum):
    """What a statement bears on, by its number in the bill."""

    CIRCUMVENTION = "(i)"
    CREDENTIALS = "(ii)"
    TERMS = "(iii)"
    VOLUME = "(B)(i)"
    CONCENTRATION = "(B)(ii)"
    COORDINATION = "(B)(iii)"
    CORRELATION = "(B)(iv)"


ELEMENT_TITLES: Final = {
    Element.CIRCUMVENTION: "Access by getting round technical, contractual, identity or geographic controls",
    Element.CREDENTIALS: "Access by fraudulent or misrepresented credentials",
    Element.TERMS: "Access against terms that forbid it",
    Element.VOLUME: "Volume, structure, pattern, coordination or timing",
    Element.CONCENTRATION: "Concentration on capabilities",
    Element.COORDINATION: "Several accounts used in coordination",
    Element.CORRELATION: "Correlation with the development of another model",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierStatement:
    elements: tuple[Element, ...]
    text: str
    """May quote what customers wrote, or name their accounts."""
    public_text: str
    """The same without."""
    certainty: Certainty
    """How the sentence itself is known; whether an element is met is for others to conclude."""
    confidence: float
    """0..1."""
    source: str
    """Which test, count or person it is from."""
    null_model: str = ""
    """What a p-value is held against; empty where nothing was tested."""
    p_value: float | None = None
    values: Mapping[str, float | int | str]
    """The figures behind it."""
    where: str
    """Where in the package those figures lie: a file and a JSON pointer into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """An honest explanation that was considered."""

    name: str
    fits: bool
    because: str


class LimitKind(StrEnum):
    """`against`: it speaks for the accounts. `not_shown`: it was looked for and not found, or nothing could show it.
    `not_collected`: nobody looked, or the log does not hold it.
    """

    AGAINST = "against"
    NOT_SHOWN = "not_shown"
    NOT_COLLECTED = "not_collected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    kind: LimitKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """One measured error rate of the method, on logs whose truth is known."""

    what: str
    mean: float
    low: float | None
    """Of its 95 % interval; None where one log gives none."""
    high: float | None
    logs: int
    basis: str
    """Which logs, and how the interval was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    rates: tuple[ErrorRate, ...]
    because: str
    """Which logs are like this one in what, or that none is."""
    is_same_code: bool
    """Whether they were measured with the very code that found the campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisedCheck:
    """Whether somebody agreed to what the accounts do."""

    entries: int
    """Of the ledger; none where no ledger was given."""
    ledger_sha256: str
    matches: tuple[str, ...]
    """`account: entry` of each member that an entry covers; a licence with its licensee, term and features."""
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierMember:
    account: str
    token: str
    """Its name in the redacted tier and in the keys that are handed out."""
    standing: str
    confidence: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSample:
    """One exchange as it was kept: its two ends, without mail addresses, numbers, secrets and hosts."""

    token: str
    """Of the account."""
    sent_at: datetime
    model: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierInput:
    """A log file that was read."""

    path: str
    sha256: str
    size_bytes: int
    format: str
    exchanges: int
    rejected: int
    batch_leaf: int | None
    """Leaf of the transparency log that commits to each of its records; None where it was not sealed."""
    sealed_at: datetime | None = None


class Step(NamedTuple):
    """One thing that was done on the way from a log to this dossier."""

    done_at: datetime
    what: str
    who: str
    """Person or program."""
    digest: str
    """SHA-256 of what came out; empty where nothing did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    campaign: Campaign
    run: Run
    made_at: datetime
    made_by: str
    """Who had it made, as that person says."""
    tool: str
    """Program, version and digest of the code that finds campaigns."""
    statements: tuple[DossierStatement, ...]
    alternatives: tuple[Alternative, ...]
    limits: tuple[Limit, ...]
    error_rates: ErrorRates
    authorised: AuthorisedCheck
    members: tuple[DossierMember, ...]
    samples: tuple[DossierSample, ...]
    wordings: tuple[SharedKey, ...]
    """What the accounts have in common in words, and who else uses them."""
    inputs: tuple[DossierInput, ...]
    steps: tuple[Step, ...]
