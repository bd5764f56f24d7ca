"""What it says of an account that it matches an indicator: a lead, or context.

>>> from stillwatch.intel.warninglists import Warninglists
>>> weigh(IndicatorKind.ADDRESS, "198.51.100.7", Reach(accounts=1, of=900), Warninglists()).weight.value
'context'
>>> weigh(IndicatorKind.TEMPLATE, "42", Reach(accounts=7, of=900), Warninglists()).weight.value
'lead'

What is the operator's own is a lead; an account's id only where both services have the same accounts, as a reseller's
may be, since elsewhere an equal id is another customer. So is an address, once somebody has checked that it is no exit
of a cloud or VPN, which takes warning lists: without any, an address is context. Blocks, domains and programs are
shared by strangers and are always context. And whatever more than a share of all accounts match is popular here, not
somebody's own: no fleet that a peer found elsewhere makes up so much of a service's customers, but a common tool or a
campus does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.hunt import Weight
from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.spare import OWN

if TYPE_CHECKING:
    from stillwatch.intel.warninglists import Warninglists

COMMON_SHARE: Final = 0.05
_LEAST_COMMON: Final = 50
"""Accounts below which nothing is called common, lest in a small store every find becomes context."""


class Reach(NamedTuple):
    accounts: int
    """That match the indicator."""
    of: int
    """Accounts that there are."""


class Rules(NamedTuple):
    common_share: float = COMMON_SHARE
    """Share of all accounts, 0..1, above which what they match is popular."""
    shares_accounts: bool = False
    """Whether account ids of the producer are ids here too."""


USUAL: Final = Rules()


class Weighed(NamedTuple):
    weight: Weight
    because: str


def weigh(kind: IndicatorKind, value: str, reach: Reach, lists: Warninglists, rules: Rules = USUAL) -> Weighed:
    """Weigh an indicator for the accounts that match it; the value is in clear, or a template's key."""
    if reach.accounts >= _LEAST_COMMON and reach.accounts > rules.common_share * reach.of:
        return Weighed(Weight.CONTEXT, f"common here: {reach.accounts:,} of {reach.of:,} accounts match it")
    if kind is IndicatorKind.ACCOUNT and not rules.shares_accounts:
        return Weighed(Weight.CONTEXT, "an id of another service, so another customer's, unless both share accounts")
    if kind in OWN:
        return Weighed(Weight.LEAD, f"{_OWN_WORDS[kind]}, matched by {_counted(reach.accounts)} here")
    if kind is IndicatorKind.ADDRESS:
        return _address(kind, value, reach, lists)
    return Weighed(Weight.CONTEXT, "strangers share it: worth knowing beside a lead")


def _address(kind: IndicatorKind, value: str, reach: Reach, lists: Warninglists) -> Weighed:
    if lists.is_empty:
        return Weighed(Weight.CONTEXT, "no warning list was given that would tell a cloud or VPN from an own address")
    if names := lists.names(kind, value):
        return Weighed(Weight.CONTEXT, f"on {', '.join(names)}: strangers share it")
    return Weighed(Weight.LEAD, f"an address on no warning list, used by {_counted(reach.accounts)} here")


_OWN_WORDS: Final = {
    IndicatorKind.ACCOUNT: "the account itself",
    IndicatorKind.EMAIL: "the same mail address",
    IndicatorKind.PHONE: "the same phone number",
    IndicatorKind.PAYMENT: "the same payment instrument",
    IndicatorKind.DEVICE: "the same device",
    IndicatorKind.TEMPLATE: "the campaign's own wording",
}


def _counted(accounts: int) -> str:
    return "one account" if accounts == 1 else f"{accounts:,} accounts"
