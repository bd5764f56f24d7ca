"""Objects of STIX 2.1 as they are written: fast structs, in the order of the standard's tables.

Times are text already, since many objects of a bundle share them; what is None is left out.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

MOST_COUNTED: Final = 999_999_999
"""STIX counts no further; our extension and the labels do."""


class ExternalReference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    source_name: str
    description: str | None = None
    url: str | None = None
    external_id: str | None = None


class StixObject(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="type", gc=False):
    """What every object has. `spec_version` has no default, or it would be left out."""

    spec_version: str
    id: str


class Observable(StixObject, kw_only=True, gc=False):
    object_marking_refs: tuple[str, ...] | None = None


class UserAccount(Observable, kw_only=True, gc=False, tag="user-account"):
    account_type: str
    user_id: str


class AutonomousSystem(Observable, kw_only=True, gc=False, tag="autonomous-system"):
    number: int


class Valued(Observable, kw_only=True, gc=False):
    value: str


class DomainName(Valued, kw_only=True, gc=False, tag="domain-name"):
    pass


class Ipv4Address(Valued, kw_only=True, gc=False, tag="ipv4-addr"):
    pass


class Ipv6Address(Valued, kw_only=True, gc=False, tag="ipv6-addr"):
    pass


class Dated(StixObject, kw_only=True, gc=False):
    """An object of domain or relationship, which has an author, versions and an end."""

    created_by_ref: str
    created: str
    modified: str
    revoked: bool = False
    labels: tuple[str, ...] | None = None
    confidence: int | None = None
    external_references: list[ExternalReference] | None = None
    object_marking_refs: tuple[str, ...] | None = None
    extensions: dict[str, Any] | None = None


class Identity(Dated, kw_only=True, gc=False, tag="identity"):
    name: str
    identity_class: str
    description: str | None = None


class ExtensionDefinition(Dated, kw_only=True, gc=False, tag="extension-definition"):
    name: str
    description: str
    schema: str
    version: str
    extension_types: list[str]


class MarkingDefinition(StixObject, kw_only=True, gc=False, tag="marking-definition"):
    created: str
    name: str
    external_references: list[ExternalReference] | None = None
    extensions: dict[str, Any] | None = None


class Campaign(Dated, kw_only=True, gc=False, tag="campaign"):
    name: str
    description: str
    first_seen: str
    last_seen: str
    objective: str


class AttackPattern(Dated, kw_only=True, gc=False, tag="attack-pattern"):
    name: str
    description: str


class Infrastructure(Dated, kw_only=True, gc=False, tag="infrastructure"):
    name: str
    description: str
    infrastructure_types: list[str]


class Location(Dated, kw_only=True, gc=False, tag="location"):
    name: str
    country: str


class ObservedData(Dated, kw_only=True, gc=False, tag="observed-data"):
    first_observed: str
    last_observed: str
    number_observed: int
    object_refs: list[str]


class Indicator(Dated, kw_only=True, gc=False, tag="indicator"):
    name: str
    description: str
    indicator_types: tuple[str, ...]
    pattern: str
    pattern_type: str
    pattern_version: str
    valid_from: str
    valid_until: str


class Note(Dated, kw_only=True, gc=False, tag="note"):
    abstract: str
    content: str
    object_refs: list[str]


class Opinion(Dated, kw_only=True, gc=False, tag="opinion"):
    opinion: str
    object_refs: list[str]
    explanation: str | None = None


class Sighting(Dated, kw_only=True, gc=False, tag="sighting"):
    sighting_of_ref: str
    where_sighted_refs: list[str]
    count: int
    first_seen: str
    last_seen: str


class Relationship(Dated, kw_only=True, gc=False, tag="relationship"):
    relationship_type: str
    source_ref: str
    target_ref: str
