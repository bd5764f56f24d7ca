"""Look somebody up on lists: cheap candidates first, then a score with its reasons.

>>> from stillwatch.core.listed_entity import EntityType, ListedEntity, ListedName
>>> from stillwatch.screening.query import Query
>>> listed = ListedEntity(
...     list_name="EXAMPLE",
...     source_id="17",
...     entity_type=EntityType.PERSON,
...     names=(ListedName(text="QUILLFEATHER, Barnaby"),),
... )
>>> for hit in Matcher([listed]).screen(Query(name="Barnaby Quillfeathre")):
...     print(hit.entity.source_id, hit.score >= Matcher.threshold)
...     print(hit.parts[0].why)
17 True
'Barnaby Quillfeathre' beside 'QUILLFEATHER, Barnaby': barnaby: same; quillfeathre ~ quillfeather: typo 0.93
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from stillwatch.screening.candidates import Candidates
from stillwatch.screening.compare_names import compare_names
from stillwatch.screening.facts import identifier_key
from stillwatch.screening.read_name import ReadName, read_name
from stillwatch.screening.score import hit_of
from stillwatch.screening.weights import Rarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.core.listed_entity import ListedEntity, ListedName
    from stillwatch.screening.hit import Hit
    from stillwatch.screening.query import Query

_COMPARED: Final = 24
"""Candidates of each name asked that are compared."""
_FACTS_MOVE: Final = 0.4
"""Share of the least score below which no fact but an identifier lifts a name to it."""


class _Row(NamedTuple):
    """One name of one entity."""

    entity: ListedEntity
    name: ListedName
    read: ReadName
    weights: tuple[float, ...]


class Matcher:
    """Listed entities, made ready to be asked. Pure: it holds what it was given and never changes."""

    threshold: ClassVar[float] = 0.7
    """A score from here on is for a person to review."""

    def __init__(self, entities: Iterable[ListedEntity]) -> None:
        named = [(entity, name) for entity in entities for name in entity.names]
        reads = [read_name(name.text, entity.entity_type) for entity, name in named]
        self._rarity = Rarity(reads)
        self._rows = [
            _Row(entity, name, read, self._rarity.weights(read))
            for (entity, name), read in zip(named, reads, strict=True)
        ]
        self.candidates = Candidates(reads)
        """The cheap step by itself, for who measures it."""
        self._identified: dict[str, list[int]] = {}
        for place, row in enumerate(self._rows):
            for identifier in row.entity.identifiers if row.name is row.entity.names[0] else ():
                self._identified.setdefault(identifier_key(identifier.value), []).append(place)

    def screen(self, query: Query, *, limit: int = 10, least: float = threshold) -> tuple[Hit, ...]:
        """The entities that the query may be, best first, each once, none below the score `least`."""
        best: dict[tuple[str, str], Hit] = {}
        identified = self._by_identifier(query)
        for text in (query.name, *query.other_names):
            asked = read_name(text, query.entity_type)
            weights = self._rarity.weights(asked)
            near = [place for place, _ in self.candidates.nearest(asked, most=_COMPARED)]
            for place in dict.fromkeys((*identified, *near)):
                row = self._rows[place]
                compared = compare_names(asked, row.read, weights, row.weights)
                if compared.score < least * _FACTS_MOVE and place not in identified:
                    continue
                key = (row.entity.list_name, row.entity.source_id)
                hit = hit_of(query, compared, row.entity, row.name, least=least)
                if hit and (key not in best or best[key].score < hit.score):
                    best[key] = hit
        ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.entity.list_name, hit.entity.source_id))
        return tuple(ranked[:limit])

    def screen_all(self, queries: Sequence[Query], *, limit: int = 10) -> list[tuple[Hit, ...]]:
        """The same for many, in their order."""
        return [self.screen(query, limit=limit) for query in queries]

    def _by_identifier(self, query: Query) -> tuple[int, ...]:
        keys = [identifier_key(identifier.value) for identifier in query.identifiers]
        return tuple(place for key in keys if key for place in self._identified.get(key, ()))
