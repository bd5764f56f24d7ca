"""Turn hits into candidates: what was asked, the entry as it stands, and what a person has decided on the same facts.

candidates_of(asked, hits, lists, reviews)
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.core.listed_entity import AliasStrength
from stillwatch.core.screened import Asked, Candidate, ScorePart
from stillwatch.service.screening.open_lists import entity_key
from stillwatch.service.screening.records import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.listed_entity import ListedEntity
    from stillwatch.core.screened import Review
    from stillwatch.screening.hit import Hit
    from stillwatch.screening.query import Query
    from stillwatch.service.screening.open_lists import OpenLists


def asked_of(account_id: str, column: str, query: Query) -> Asked:
    """What was looked up, as it is kept on record."""
    return Asked(
        account_id=account_id,
        column=column,
        name=query.name,
        other_names=query.other_names,
        entity_type=query.entity_type.value,
        country=query.country,
        birth_date=query.birth_date,
        identifiers=tuple(f"{one.kind}: {one.value}".removeprefix(": ") for one in query.identifiers),
        address=query.address,
    )


def candidates_of(
    asked: Asked, hits: Iterable[Hit], lists: OpenLists, reviews: Mapping[str, tuple[str, Review]]
) -> list[Candidate]:
    """One candidate for each hit, with the decision that holds for it."""
    return [_candidate(asked, hit, lists, reviews) for hit in hits]


def _candidate(asked: Asked, hit: Hit, lists: OpenLists, reviews: Mapping[str, tuple[str, Review]]) -> Candidate:
    entity, key = hit.entity, entity_key(hit.entity)
    number = _digest([asked.account_id, asked.column, key])[:12]
    facts = _digest([asdict(asked), _stood(entity)])[:32]
    decided = reviews.get(number)
    return Candidate(
        id=number,
        asked=asked,
        source=entity.list_name,
        source_id=entity.source_id,
        listed_name=hit.name.text,
        names=tuple(_named(name.text, name.strength) for name in entity.names),
        entity_type=entity.entity_type.value,
        countries=entity.countries,
        programmes=entity.programmes,
        addresses=tuple(address.text for address in entity.addresses),
        start_date=entity.start_date,
        end_date=entity.end_date,
        is_listed=key in lists.listed,
        on_lists=lists.on_lists[key],
        score=round(hit.score, 4),
        parts=tuple(ScorePart(what=part.what, effect=round(part.effect, 4), why=part.why) for part in hit.parts),
        because=hit.because,
        facts=facts,
        state=state_of(facts, decided),
        review=decided[1] if decided else None,
    )


def _named(text: str, strength: AliasStrength) -> str:
    return f"{text} (weak)" if strength is AliasStrength.WEAK else text


def _stood(entity: ListedEntity) -> dict[str, Any]:
    """The entry without its raw record, which sources write anew without any change."""
    return {one.name: getattr(entity, one.name) for one in fields(entity) if one.name != "raw"}


def _digest(value: Any) -> str:
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_DATACLASS)
    return hashlib.sha256(data).hexdigest()
