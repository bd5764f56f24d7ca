"""Attributes and objects of MISP as plain values, the same for the same campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.intel.stix_ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.intel.vocabulary.misp_templates import Template


class Stamp(NamedTuple):
    """What all parts of an event share."""

    timestamp: str
    """Seconds since 1970 UTC, as text: MISP's way."""
    is_gone: bool
    """The producer takes the campaign back: nothing of it is to be matched any more."""


def attribute(kind: str, value: str, *, uuid: str, stamp: Stamp, is_to_match: bool = False) -> dict[str, Any]:
    """An attribute; `is_to_match` is MISP's `to_ids`."""
    return {
        "uuid": uuid,
        "type": kind,
        "category": "Other",
        "value": value,
        "to_ids": is_to_match and not stamp.is_gone,
        "disable_correlation": not is_to_match,
        "timestamp": stamp.timestamp,
        "distribution": "5",
        "comment": "",
        "deleted": stamp.is_gone and is_to_match,
    }


def misp_object(
    template: Template, values: Iterable[tuple[str, str]], *, uuid: str, stamp: Stamp, to_match: str = ""
) -> dict[str, Any]:
    """An object of a template: relations with their values, in order; `to_match` is the relation that is matched."""
    return {
        "uuid": uuid,
        "name": template.name,
        "meta-category": template.category,
        "description": template.about,
        "template_uuid": template.uuid,
        "template_version": str(template.version),
        "timestamp": stamp.timestamp,
        "distribution": "5",
        "comment": "",
        "deleted": stamp.is_gone and bool(to_match),
        "Attribute": [
            {
                **attribute(
                    template.types[relation],
                    value,
                    uuid=derived_id("attribute", uuid, relation, str(place)).partition("--")[2],
                    stamp=stamp,
                    is_to_match=relation == to_match,
                ),
                "object_relation": relation,
            }
            for place, (relation, value) in enumerate(values)
        ],
    }
