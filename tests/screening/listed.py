"""Listed entities of the tests, in one short call. All names are invented."""

from __future__ import annotations

from stillwatch.core.listed_entity import AliasStrength, EntityType, ListedEntity, ListedName


def listed(
    *names: str,
    source_id: str = "1",
    entity_type: EntityType = EntityType.PERSON,
    weak: tuple[str, ...] = (),
    **facts: object,
) -> ListedEntity:
    primary, *others = names
    return ListedEntity(
        list_name="TEST",
        source_id=source_id,
        entity_type=entity_type,
        names=(
            ListedName(text=primary, strength=AliasStrength.PRIMARY),
            *(ListedName(text=other) for other in others),
            *(ListedName(text=other, strength=AliasStrength.WEAK) for other in weak),
        ),
        **facts,
    )
