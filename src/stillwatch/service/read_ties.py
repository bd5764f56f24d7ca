"""Ask the store what else names the accounts and campaigns that standings are about.

ties = read_ties(store, watched, ["acct-of-an-evaluator"])
ties.known["acct-17"].api_keys, ties.traces["c-1a2b3c"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Verdict
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.template_key import TemplateKey
from stillwatch.logs.key_holders import key_holders
from stillwatch.logs.known_by import known_by
from stillwatch.service.guarding.standing_rows import Ties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stillwatch.core.tracking import Watched
    from stillwatch.logs.store import Store

_AT_A_GUARD: Final = frozenset((KeyKind.SYSTEM, KeyKind.HEAD, KeyKind.TAIL, KeyKind.SHINGLE, KeyKind.SKELETON))
"""Kinds of keys that a guard makes of a request."""
_LEAST_SHARE: Final = 0.9
"""Of a key's uses that must be the members', lest a template of others is held against them."""
_MOST_TRACES: Final = 64
"""Keys of one campaign: a request carries up to fourteen, so these name a template many times over."""


def read_ties(store: Store, watched: Watched, others: Iterable[str] = (), *, until: int | None = None) -> Ties:
    """The ties of everybody who stands in a campaign, and of other accounts, such as those of the ledger.

    Args:
        store: To ask.
        watched: Who stands where.
        others: Accounts.
        until: The first nanosecond that is not looked at; None = all of the store.
    """
    members: dict[str, list[str]] = {}
    for one in watched.standings:
        members.setdefault(one.campaign_id, []).append(one.account_id)
    accounts = dict.fromkeys([*(name for mine in members.values() for name in mine), *others])
    traces = {
        one.campaign_id: template_keys(
            store, dict(zip(one.keys, one.kinds, strict=True)), members[one.campaign_id], until=until
        )
        for one in watched.campaigns
        if one.keys and one.campaign_id in members and one.verdict != Verdict.REVIEW
    }
    return Ties(known_by(store, list(accounts), until=until) if accounts else {}, traces)


def template_keys(
    store: Store, kinds: Mapping[int, int], members: Sequence[str], *, until: int | None = None
) -> tuple[TemplateKey, ...]:
    """The keys that the members use most, among those that hardly anybody else uses and that a guard can make.

    The share is Laplace's estimate, (inside + 1) / (uses + 2): a key seen twice is no proof, however pure.

    Args:
        store: To ask.
        kinds: Key → its kind, of what brings the members together.
        members: Accounts.
        until: As for `read_ties`.
    """
    asked = [key for key, kind in kinds.items() if kind in _AT_A_GUARD]
    held = key_holders(store, asked, members, until=until) if asked else {}
    ranked = sorted(held.items(), key=lambda one: (-one[1].inside, one[0]))
    found = [TemplateKey(kinds[key], key, (one.inside + 1) / (one.uses + 2)) for key, one in ranked]
    return tuple(one for one in found if one.share >= _LEAST_SHARE)[:_MOST_TRACES]
