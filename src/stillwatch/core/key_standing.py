"""What is known of one account, key, address, client or template: the row that a guard looks up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.request_facts import KeyName


FEATURE: Final = "#"
"""Between the id of a licence and the feature that a row of it is about."""


class Role(StrEnum):
    """How the key stands to the subject.

    `operator`, `mixed`, `victim`: an account, as in `core.campaign.Standing`. `review`: a member of a group in which an
    authorised customer takes part; a person looks first. `trace`: no account but something that the campaign's requests
    show (an address, a client, a template). `exempt`: never to be denied, such as an account whose denial a person
    overturned, or one in the authorised-use ledger. `licensed`: holds a licence to distil, whose features rules spare
    (`unless_licensed`); rules are asked about it as about anybody.
    """

    OPERATOR = "operator"
    MIXED = "mixed"
    VICTIM = "victim"
    REVIEW = "review"
    TRACE = "trace"
    EXEMPT = "exempt"
    LICENSED = "licensed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStanding:
    name: KeyName
    value: str
    """The account id, the address, ...; of a template, the decimal digits of its key (a signed 64-bit integer)."""
    kind: int = 0
    """Of a template: the number of the key's kind."""
    subject: str
    """Id of the campaign, or of what else the standing is about."""
    role: Role
    confidence: float
    """Probability, 0..1."""
    reason: str
    """One sentence for an analyst."""
    since: datetime
    expires_at: datetime
    source: str = "scan"
    """`scan`, `intel`, `list` or `appeal`: who said so."""
    is_experimental: bool = False
    """Rests on signals that no board has scored: it can never deny."""
