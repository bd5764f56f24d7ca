"""The lists that a screen rests on, opened together: one look-up for all, and who says what about whom.

lists = open_lists(store, ["csl", "ofac"], today=date.today())
lists.matcher.screen(query)

Two lists may hold the same source (the consolidated list copies OFAC's): such an entry is one candidate, and where the
copies differ both are named with their days, since a copy can lag.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.holding import Holding
from stillwatch.core.screened import Disagreement
from stillwatch.screening.list_age import age_warning
from stillwatch.screening.matcher import Matcher
from stillwatch.screening.normalise import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from stillwatch.core.list_version import ListVersion
    from stillwatch.core.listed_entity import ListedEntity
    from stillwatch.service.screening.list_store import ListStore, OpenList

_MOST_DISAGREEMENTS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLists:
    versions: tuple[ListVersion, ...]
    listed: Mapping[str, ListedEntity]
    """`SOURCE:ID` → the entry, of the newest list that holds it."""
    owned: Mapping[str, ListedEntity]
    """The same of those on no list who are owned by listed ones."""
    on_lists: Mapping[str, tuple[str, ...]]
    """`SOURCE:ID` → the lists that hold it, each with its day."""
    holdings: tuple[Holding, ...]
    matcher: Matcher
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[str, ...]
    faults: tuple[str, ...]


def open_lists(store: ListStore, names: Sequence[str], *, today: date) -> OpenLists:
    """Open lists by name, `NAME` or `NAME@DIGEST`; none = the newest version of every one.

    Raises:
        SettingsError: There is no list, or no such one.
        VerificationError: A list is not as it was added.
    """
    opened = [store.read(*_name_and_version(name)) for name in names or store.names()]
    if not opened:
        raise SettingsError("there is no list to screen against", mend="add one with `stillwatch lists add`")
    opened.sort(key=lambda one: (one.version.as_of, one.version.added_at))
    listed = {entity_key(entity): entity for one in opened for entity in one.read.entities}
    owned = {key: entity for one in opened for entity in one.read.owned if (key := entity_key(entity)) not in listed}
    on_lists: dict[str, list[str]] = defaultdict(list)
    for one in opened:
        for entity in (*one.read.entities, *one.read.owned):
            on_lists[entity_key(entity)].append(dated(one.version))
    return OpenLists(
        versions=tuple(one.version for one in opened),
        listed=listed,
        owned=owned,
        on_lists={key: tuple(dict.fromkeys(several)) for key, several in on_lists.items()},
        holdings=tuple(_holdings(opened)),
        matcher=Matcher([*listed.values(), *owned.values()]),
        disagreements=_disagreements(opened),
        warnings=tuple(_warnings(opened, today)),
        faults=tuple(
            f"{len(one.read.refused):,} entries of {one.version.list_name} could not be read, so nobody was compared "
            f"with them; the first: {one.read.refused[0].where}: {one.read.refused[0].why}"
            for one in opened
            if one.read.refused
        ),
    )


def entity_key(entity: ListedEntity) -> str:
    """`SOURCE:ID`, by which an entry is known over all lists."""
    return f"{entity.list_name}:{entity.source_id}"


def dated(version: ListVersion) -> str:
    """A list with the day that it is of."""
    return f"{version.list_name} ({version.as_of.isoformat()})"


def _name_and_version(name: str) -> tuple[str, str]:
    list_name, _, digest = name.partition("@")
    return list_name, digest


def _holdings(opened: Iterable[OpenList]) -> Iterable[Holding]:
    """What lists say of ownership: their own statements, and the owners that entries name."""
    for one in opened:
        yield from one.read.holdings
        stated = {(held.owner, held.owned) for held in one.read.holdings}
        for entity in one.read.entities:
            for link in entity.owners:
                pair = (f"{entity.list_name}:{link.owner_id}", entity_key(entity))
                if pair not in stated:
                    yield Holding(
                        owner=pair[0],
                        owned=pair[1],
                        share=link.share,
                        valid_from=link.valid_from,
                        valid_until=link.valid_until,
                        source=one.version.list_name,
                    )


def _warnings(opened: Iterable[OpenList], today: date) -> Iterable[str]:
    for one in opened:
        version = one.version
        warning = age_warning(version.list_name, version.as_of, version.stale_after_days, today=today)
        if warning:
            yield warning
        if version.dated_by == "added":
            yield f"list {version.list_name} does not say of which day it is: it may be older than {version.as_of}"
        yield from (f"list {version.list_name}: {text}" for text in version.warnings)


def _disagreements(opened: Sequence[OpenList]) -> tuple[Disagreement, ...]:
    """Where two lists hold one source, entries that one of them lacks or names otherwise."""
    by_source: dict[str, list[tuple[ListVersion, dict[str, ListedEntity]]]] = defaultdict(list)
    for one in opened:
        sources: dict[str, dict[str, ListedEntity]] = defaultdict(dict)
        for entity in one.read.entities:
            sources[entity.list_name][entity.source_id] = entity
        for source, entities in sources.items():
            by_source[source].append((one.version, entities))
    found = [
        disagreement
        for source, several in by_source.items()
        for (left, ours), (right, theirs) in combinations(several, 2)
        for disagreement in _compared(source, (left, ours), (right, theirs))
    ]
    return tuple(found[:_MOST_DISAGREEMENTS])


def _compared(
    source: str,
    left: tuple[ListVersion, Mapping[str, ListedEntity]],
    right: tuple[ListVersion, Mapping[str, ListedEntity]],
) -> Iterable[Disagreement]:
    for number in {**left[1], **right[1]}:
        one, other = left[1].get(number), right[1].get(number)
        known = one or other
        if known is None:
            continue
        if one is None or other is None:
            has, lacks = (left[0], right[0]) if one else (right[0], left[0])
            what = f"{dated(has)} has it, {dated(lacks)} does not"
        elif sorted(fold(one.names[0].text).split()) != sorted(fold(other.names[0].text).split()):
            what = f"{dated(left[0])} calls it {one.names[0].text!r}, {dated(right[0])} {other.names[0].text!r}"
        else:
            continue
        yield Disagreement(source=source, source_id=number, name=known.names[0].text, what=what)
