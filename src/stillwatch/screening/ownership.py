"""Judge a party by the dated rules of ownership: what listed owners hold of it together, and what nobody knows.

>>> from datetime import date
>>> from stillwatch.core.holding import Holding
>>> from stillwatch.core.ownership import OwnershipRule
>>> from stillwatch.screening.ownership_graph import Listing, OwnershipGraph
>>> rule = OwnershipRule(
...     id="example-50",
...     name="Example Rule",
...     threshold=0.5,
...     effective_from=date(2026, 1, 1),
...     source="https://example.org",
...     reviewer="Ada Kern",
... )
>>> held = [Holding(owner="SDN:1", owned="x", share=0.3), Holding(owner="SDN:2", owned="x", share=0.25)]
>>> listed = {key: Listing(frozenset(("SDN",))) for key in ("SDN:1", "SDN:2")}
>>> judge("x", OwnershipGraph.on(date(2026, 2, 1), held, listed=listed), rule, date(2026, 2, 1)).verdict.value
'owned'

Both bounds are fixed points that only grow, so circles end: of the known share from below, of the possible share (all
that is not known counted as listed) from above. Between the bounds the answer is `unknown`, never `clear`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.ownership import Counted, OwnershipFinding, OwnershipStep, OwnershipVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from stillwatch.core.ownership import OwnershipRule
    from stillwatch.screening.ownership_graph import OwnershipGraph, Stake

_MOST_PARTIES: Final = 20_000
_MOST_ROUNDS: Final = 1_000
_SMALL: Final = 1e-9
"""Shares are sums of decimals: 0.1 + 0.4 must reach 0.5."""
_MOST_PATHS: Final = 8
_LONGEST_PATH: Final = 12


def judge(party: str, graph: OwnershipGraph, rule: OwnershipRule, day: date) -> OwnershipFinding:
    """What a rule says of a party on a day. The rule's own dates are the caller's to look at."""
    around = _upstream(party, graph)
    listed = {key for key in around if key in graph.listed and _counts(graph, key, rule)} - {party}
    certain = {key for key in listed if not graph.listed[key].is_candidate}
    known = _shares(around, graph, rule, listed, is_most=False)
    most = _shares(around, graph, rule, listed, is_most=True)
    share, most_share = known.get(party, 0.0), most.get(party, 0.0)
    owning = _owning(around, known, rule, listed)
    paths = _paths(party, graph, owning, listed)
    has_unknown = any(stake.share is None for owner, stake in graph.owners.get(party, {}).items() if owner in owning)
    verdict = _verdict(rule, share, most_share, has_unknown=has_unknown)
    rests = _shares(around, graph, rule, certain, is_most=False).get(party, 0.0) + _SMALL < share or (
        has_unknown and not any(path[-1].owner in certain for path in paths)
    )
    return OwnershipFinding(
        rule=rule,
        judged_on=day,
        verdict=verdict,
        share=min(share, 1.0),
        most_share=min(most_share, 1.0),
        paths=paths,
        rests_on_candidates=rests,
        because=_because(graph.name_of(party), rule, verdict, share, most_share, paths, has_unknown=has_unknown),
    )


def _counts(graph: OwnershipGraph, key: str, rule: OwnershipRule) -> bool:
    return not rule.lists or not graph.listed[key].lists.isdisjoint(rule.lists)


def _upstream(party: str, graph: OwnershipGraph) -> list[str]:
    """The party and whoever owns it, directly or not; nobody twice."""
    found = {party: None}
    pending = [party]
    while pending and len(found) < _MOST_PARTIES:
        for owner in graph.owners.get(pending.pop(), {}):
            if owner not in found:
                found[owner] = None
                pending.append(owner)
    return list(found)


def _shares(
    around: list[str], graph: OwnershipGraph, rule: OwnershipRule, listed: set[str], *, is_most: bool
) -> dict[str, float]:
    """Share of each party that listed ones hold; the most that it could be where all that is not known were theirs."""
    found = dict.fromkeys(around, 0.0)
    for _ in range(_MOST_ROUNDS):
        is_still = True
        for party in around:
            made = min(1.0, _share_of(party, graph, rule, listed, found, is_most=is_most))
            if made > found[party] + _SMALL:
                found[party] = made
                is_still = False
        if is_still:
            break
    return found


def _share_of(  # noqa: PLR0913  # one step of `_shares`, which holds all of these
    party: str,
    graph: OwnershipGraph,
    rule: OwnershipRule,
    listed: set[str],
    found: Mapping[str, float],
    *,
    is_most: bool,
) -> float:
    stakes = graph.owners.get(party, {})
    held = sum((stake.share or 0.0) * _weight(owner, rule, listed, found) for owner, stake in stakes.items())
    if not is_most or party in graph.persons:
        return held
    stated = sum(stake.share or 0.0 for stake in stakes.values())
    return held + max(0.0, 1.0 - stated)


def _weight(owner: str, rule: OwnershipRule, listed: set[str], found: Mapping[str, float]) -> float:
    """How much of what an owner holds counts as listed parties'."""
    if owner in listed:
        return 1.0
    share = found.get(owner, 0.0)
    if rule.counted is Counted.PRODUCT:
        return share
    return 1.0 if share + _SMALL >= rule.threshold else 0.0


def _owning(around: list[str], known: Mapping[str, float], rule: OwnershipRule, listed: set[str]) -> set[str]:
    """Whoever holds for listed parties, and the listed ones."""
    if rule.counted is Counted.PRODUCT:
        return listed | {key for key in around if known[key] > 0}
    return listed | {key for key in around if known[key] + _SMALL >= rule.threshold}


def _verdict(rule: OwnershipRule, share: float, most_share: float, *, has_unknown: bool) -> OwnershipVerdict:
    if share + _SMALL >= rule.threshold:
        return OwnershipVerdict.OWNED
    if has_unknown or (rule.minority is not None and share + _SMALL >= rule.minority):
        return OwnershipVerdict.RED_FLAG
    return OwnershipVerdict.UNKNOWN if most_share + _SMALL >= rule.threshold else OwnershipVerdict.CLEAR


def _paths(
    party: str, graph: OwnershipGraph, owning: set[str], listed: set[str]
) -> tuple[tuple[OwnershipStep, ...], ...]:
    """Chains from the party up to listed owners, the largest holdings first; nobody twice in one."""
    found: list[tuple[OwnershipStep, ...]] = []
    pending: list[tuple[str, tuple[OwnershipStep, ...]]] = [(party, ())]
    while pending and len(found) < _MOST_PATHS:
        key, path = pending.pop()
        seen = {party, *(step.owner for step in path)}
        stakes = sorted(graph.owners.get(key, {}).items(), key=_size)
        for owner, stake in stakes:
            if owner in seen or owner not in owning:
                continue
            name = graph.name_of(owner)
            step = OwnershipStep(owner=owner, owner_name=name, owned=key, share=stake.share, source=stake.source)
            if owner in listed:
                found.append((*path, step))
            elif len(path) < _LONGEST_PATH:
                pending.append((owner, (*path, step)))
    return tuple(found[:_MOST_PATHS])


def _size(pair: tuple[str, Stake]) -> float:
    return pair[1].share or 0.0


def _because(  # noqa: PLR0913, PLR0917  # one sentence of all that was found
    name: str,
    rule: OwnershipRule,
    verdict: OwnershipVerdict,
    share: float,
    most_share: float,
    paths: tuple[tuple[OwnershipStep, ...], ...],
    *,
    has_unknown: bool,
) -> str:
    chains = "; ".join(map(_chain, paths))
    if verdict is OwnershipVerdict.OWNED:
        return (
            f"listed parties hold {share:.1%} of {name}, and {rule.name} holds from {rule.threshold:.0%} on: {chains}"
        )
    if verdict is OwnershipVerdict.RED_FLAG:
        what = "a share that is not known" if has_unknown and not share else f"{share:.1%}"
        return f"listed parties hold {what} of {name}, below the {rule.threshold:.0%} of {rule.name}: {chains}"
    if verdict is OwnershipVerdict.UNKNOWN:
        what = f"listed parties hold {share:.1%} of {name} as far as known"
        return f"{what}; owners that are not known could bring it to {min(most_share, 1):.0%} ({rule.name})"
    return f"listed parties can hold at most {min(most_share, 1):.1%} of {name}, below the threshold of {rule.name}"


def _chain(path: tuple[OwnershipStep, ...]) -> str:
    steps = (f"{'?' if step.share is None else f'{step.share:.1%}'} by {step.owner_name}" for step in path)
    return ", itself held ".join(steps)
