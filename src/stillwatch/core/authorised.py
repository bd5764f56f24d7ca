"""Who may do at scale what otherwise looks like harvesting: evaluators, red teams, partners under contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised:
    """One entry of the authorised-use ledger. An account in it is reviewed, never counted into a campaign."""

    name: str
    """Of the entry; unique in the ledger."""
    organisation: str = ""
    account_ids: tuple[str, ...]
    purpose: str = ""
    valid_from: int | None = None
    """Nanoseconds since 1970 UTC; None = always was."""
    valid_until: int | None = None
    """The first nanosecond after; a date in the ledger is meant with the whole day. None = no end."""
    contract: str = ""
    """Where the agreement is filed."""
    licence: str = ""
    """Id of a licence to distil, where that is what authorises it: guards then spare what its features name alone."""
    features: tuple[str, ...] = ()
    """Of the licence: what of `core.policy.Wants` it grants."""
    where: str = ""
    """File and line of the entry."""
