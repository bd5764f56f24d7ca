"""From a comparison of names and the facts beside them to a hit that explains itself.

The parts of a hit sum up to its score: the name gives the first, each fact what it moved, one after the other.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from stillwatch.core.listed_entity import AliasStrength
from stillwatch.screening.facts import facts
from stillwatch.screening.hit import Hit, Part
from stillwatch.screening.weights import WEAK_ALIAS

if TYPE_CHECKING:
    from stillwatch.core.listed_entity import ListedEntity, ListedName
    from stillwatch.screening.compare_names import Compared
    from stillwatch.screening.query import Query

_SUREST: Final = 0.995
"""Odds of more are not told apart: a name alone proves nothing."""


def hit_of(query: Query, compared: Compared, entity: ListedEntity, name: ListedName, *, least: float) -> Hit | None:
    """The hit; none where its score stays below `least`."""
    is_weak = name.strength is AliasStrength.WEAK
    scores = [compared.score, compared.score * (WEAK_ALIAS if is_weak else 1.0)]
    known = tuple(facts(query, entity))
    for fact in known:
        scores.append(moved(scores[-1], fact.odds))
    if scores[-1] < least:
        return None
    parts = [Part(what="name", effect=scores[0], why=f"{compared.one.text!r} beside {name.text!r}: {compared.why()}")]
    if is_weak:
        parts.append(Part(what="alias", effect=scores[1] - scores[0], why="the list calls this name weak"))
    for fact, (before, after) in zip(known, pairwise(scores[1:]), strict=True):
        parts.append(Part(what=fact.what, effect=after - before, why=fact.why))
    because = "; ".join([f"{part.what} {part.effect:+.2f} ({part.why})" for part in parts])
    return Hit(entity=entity, name=name, score=scores[-1], parts=tuple(parts), because=because)


def moved(score: float, odds: float) -> float:
    """The score after evidence of such log odds."""
    bounded = min(max(score, 1 - _SUREST), _SUREST)
    after = 1 / (1 + math.exp(-(math.log(bounded / (1 - bounded)) + odds)))
    return max(score, after) if odds > 0 else min(score, after)
