"""Which accounts fall under a rule of ownership: from lists, a file of holdings, and owners that accounts state.

owned_accounts(OwnershipFacts(...), rules, day=date.today())

An account is the party of its own names, and of an unlisted party that it is a candidate for. An owner that is known
by name counts as listed where a match of names says that it may be; what rests on a match that nobody has reviewed says
so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from stillwatch.core.holding import Holding
from stillwatch.core.listed_entity import EntityType
from stillwatch.core.ownership import OwnershipVerdict
from stillwatch.core.screened import OwnedAccount, ReviewState
from stillwatch.screening.ownership import judge
from stillwatch.screening.ownership_graph import Listing, OwnershipGraph
from stillwatch.service.screening.read_holdings import party_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from stillwatch.core.ownership import OwnershipFinding, OwnershipRule
    from stillwatch.core.screened import Candidate
    from stillwatch.service.screening.open_lists import OpenLists
    from stillwatch.service.screening.read_holdings import ReadHoldings
    from stillwatch.service.screening.subject import Subject

_NO_KEYS: Final = frozenset[str]()
_BY_CANDIDATE: Final = "candidate "


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipFacts:
    subjects: Sequence[Subject]
    candidates: Sequence[Candidate]
    lists: OpenLists
    held: ReadHoldings
    """From the file of holdings."""
    owner_sources: Mapping[str, frozenset[str]]
    """Key of an owner that is known by name → sources on which somebody may be of that name."""


def owned_accounts(known: OwnershipFacts, rules: Sequence[OwnershipRule], *, day: date) -> tuple[OwnedAccount, ...]:
    """What each rule says of the accounts of which some ownership is known, where it is not `clear`."""
    graph = _graph(known, day)
    found = (
        OwnedAccount(account_id=one.account_id, finding=_marked(judge(_me(one), graph, rule, day)))
        for one in known.subjects
        if _me(one) in graph.owners
        for rule in rules
    )
    return tuple(one for one in found if one.finding.verdict is not OwnershipVerdict.CLEAR)


def owner_names(subjects: Iterable[Subject], lists: OpenLists, held: ReadHoldings) -> dict[str, str]:
    """Owners that are known by name alone, whom somebody must look up: key → name as it was written."""
    owning = {one.owner for one in held.holdings}
    found = {key: text for key, text in held.names.items() if key in owning}
    stated = (owner.name for one in subjects for owner in one.owners)
    found |= {
        key: name for name in stated if (key := party_key(name, lists.listed.keys(), _NO_KEYS)) not in lists.listed
    }
    return found


def _graph(known: OwnershipFacts, day: date) -> OwnershipGraph:
    lists, held = known.lists, known.held
    accounts = {one.account_id for one in known.subjects}
    stated = [
        Holding(
            owner=party_key(owner.name, lists.listed.keys(), accounts),
            owned=_me(one),
            share=owner.share,
            source="accounts file",
        )
        for one in known.subjects
        for owner in one.owners
    ]
    names = {key: entity.names[0].text for key, entity in (*lists.owned.items(), *lists.listed.items())}
    names |= {f"account:{name}": name for name in accounts} | held.names
    names |= owner_names(known.subjects, lists, held)
    parties = (*lists.listed.items(), *lists.owned.items())
    listed = {key: Listing(frozenset((entity.list_name,))) for key, entity in lists.listed.items()}
    listed |= {key: Listing(sources, is_candidate=True) for key, sources in known.owner_sources.items()}
    return OwnershipGraph.on(
        day,
        [*lists.holdings, *held.holdings, *stated, *_same_names(known), *_candidates(known)],
        listed=listed,
        names=names,
        persons=held.persons | {key for key, entity in parties if entity.entity_type is EntityType.PERSON},
    )


def _me(subject: Subject) -> str:
    return f"account:{subject.account_id}"


def _same_names(known: OwnershipFacts) -> Iterable[Holding]:
    """An account is the party of its name, where the file of holdings knows of one: whoever owns that owns it."""
    parties = _by_owned(known.held.holdings)
    for one in known.subjects:
        keys = {party_key(named.query.name, _NO_KEYS, _NO_KEYS) for named in one.queries if named.column != "owner"}
        for key in sorted(keys & parties.keys()):
            yield from (replace(held, owned=_me(one)) for held in parties[key])


def _candidates(known: OwnershipFacts) -> Iterable[Holding]:
    """An account may be an unlisted party that lists know to be owned, until a person says that it is not."""
    parties = _by_owned((*known.lists.holdings, *known.held.holdings))
    for one in known.candidates:
        if not one.is_listed and one.state is not ReviewState.NO_MATCH:
            for held in parties.get(f"{one.source}:{one.source_id}", ()):
                yield replace(held, owned=f"account:{one.asked.account_id}", source=f"{_BY_CANDIDATE}{one.id}")


def _by_owned(holdings: Iterable[Holding]) -> dict[str, list[Holding]]:
    found: dict[str, list[Holding]] = defaultdict(list)
    for one in holdings:
        found[one.owned].append(one)
    return found


def _marked(finding: OwnershipFinding) -> OwnershipFinding:
    """A match of names that stands first in each path is as unsure as one that stands last."""
    if finding.paths and all(path[0].source.startswith(_BY_CANDIDATE) for path in finding.paths):
        return replace(finding, rests_on_candidates=True)
    return finding
