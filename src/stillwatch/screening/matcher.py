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
17 True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rapidfuzz import fuzz, process

from stillwatch.screening.hit import Hit, Part
from stillwatch.screening.normalise import fold, without_tail

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.core.listed_entity import ListedEntity, ListedName
    from stillwatch.screening.query import Query


class _Row(NamedTuple):
    """One name of one entity."""

    entity: ListedEntity
    name: ListedName


class Matcher:
    """Listed entities, made ready to be asked. Pure: it holds what it was given and never changes."""

    threshold: ClassVar[float] = 0.7
    """A score from here on is for a person to review."""

    def __init__(self, entities: Iterable[ListedEntity]) -> None:
        self._rows = [_Row(entity, name) for entity in entities for name in entity.names]
        self._texts = [fold(without_tail(row.name.text)) for row in self._rows]

    def screen(self, query: Query, *, limit: int = 10, least: float = threshold) -> tuple[Hit, ...]:
        """The entities that the query may be, best first, each once, none below the score `least`."""
        best: dict[tuple[str, str], Hit] = {}
        for text in (query.name, *query.other_names):
            for _, score, index in process.extract(
                fold(text), self._texts, scorer=fuzz.token_sort_ratio, limit=limit * 4, score_cutoff=least * 100
            ):
                hit = _hit(text, self._rows[int(index)], score / 100)
                key = (hit.entity.list_name, hit.entity.source_id)
                if key not in best or best[key].score < hit.score:
                    best[key] = hit
        ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.entity.list_name, hit.entity.source_id))
        return tuple(ranked[:limit])

    def screen_all(self, queries: Sequence[Query], *, limit: int = 10) -> list[tuple[Hit, ...]]:
        """The same for many, in their order."""
        return [self.screen(query, limit=limit) for query in queries]


def _hit(asked: str, row: _Row, score: float) -> Hit:
    why = f"{asked!r} reads like {row.name.text!r}"
    return Hit(
        entity=row.entity,
        name=row.name,
        score=score,
        parts=(Part(what="name", effect=score, why=why),),
        because=why,
    )
