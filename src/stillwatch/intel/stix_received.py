"""Objects of STIX 2.1 as they are read: of each only what this program keeps, checked as it is decoded.

Whatever else an object holds is skipped by the decoder without being built.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Union

import msgspec
from msgspec import Meta

from stillwatch.core.indicator import Certainty, Form, IndicatorKind

Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[str, Meta(max_length=200)]
"""Checked where it is kept (`Shelf.put`), each once: a pattern here would cost more than all else."""
Short = Annotated[str, Meta(max_length=1000)]
Text = Annotated[str, Meta(max_length=20_000)]
Labels = Annotated[tuple[Annotated[str, Meta(max_length=2000)], ...], Meta(max_length=10_000)]
Refs = Annotated[tuple[Id, ...], Meta(max_length=10_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]


class GranularMarking(msgspec.Struct, frozen=True):
    marking_ref: Id | None = None


class Received(msgspec.Struct, kw_only=True, tag_field="type", gc=False):
    """None of these points back at what points at it, so the collector of garbage need not look at them."""

    id: Id
    created_by_ref: Id | None = None
    created: Moment
    modified: Moment | None = None
    revoked: bool = False
    confidence: Percent | None = None
    labels: Labels = ()
    object_marking_refs: Refs = ()
    granular_markings: tuple[GranularMarking, ...] = ()
    extensions: dict[str, msgspec.Raw] = {}


class Identity(Received, kw_only=True, gc=False, tag="identity"):
    name: Short


class MarkingDefinition(Received, kw_only=True, gc=False, tag="marking-definition"):
    definition_type: str = ""
    definition: dict[str, Any] = {}


class Campaign(Received, kw_only=True, gc=False, tag="campaign"):
    name: Short
    first_seen: Moment | None = None
    last_seen: Moment | None = None


class Indicator(Received, kw_only=True, gc=False, tag="indicator"):
    pattern: Annotated[str, Meta(max_length=10_000)]
    pattern_type: str = "stix"
    valid_from: Moment
    valid_until: Moment | None = None


class Relationship(Received, kw_only=True, gc=False, tag="relationship"):
    relationship_type: str
    source_ref: Id
    target_ref: Id


class ExternalReference(msgspec.Struct, frozen=True):
    source_name: str = ""
    external_id: str = ""


class AttackPattern(Received, kw_only=True, gc=False, tag="attack-pattern"):
    external_references: tuple[ExternalReference, ...] = ()


class Infrastructure(Received, kw_only=True, gc=False, tag="infrastructure"):
    name: Short


class Location(Received, kw_only=True, gc=False, tag="location"):
    country: Annotated[str, Meta(max_length=2)] = ""


class Note(Received, kw_only=True, gc=False, tag="note"):
    content: Text
    object_refs: Refs


class Opinion(Received, kw_only=True, gc=False, tag="opinion"):
    opinion: str
    object_refs: Refs
    explanation: Text = ""


class Sighting(Received, kw_only=True, gc=False, tag="sighting"):
    sighting_of_ref: Id
    count: Annotated[int, Meta(ge=0, le=999_999_999)] = 1
    first_seen: Moment | None = None
    last_seen: Moment | None = None
    where_sighted_refs: Refs = ()


class Passed(msgspec.Struct, tag_field="type", gc=False):
    """A sound object that says nothing which others do not say better; told from unknown ones without an error."""


_PASSED: Final = (
    *("user-account", "autonomous-system", "domain-name", "ipv4-addr", "ipv6-addr", "email-addr", "url", "file"),
    *("observed-data", "extension-definition", "report", "grouping"),
)
_passed: Any = Union[  # noqa: UP007  # of types made in a loop
    tuple(msgspec.defstruct(name, [], bases=(Passed,), tag=name, gc=False) for name in _PASSED)
]
Kept = (
    Identity
    | MarkingDefinition
    | Campaign
    | Indicator
    | Relationship
    | AttackPattern
    | Infrastructure
    | Location
    | Note
    | Opinion
    | Sighting
)


class Envelope(msgspec.Struct):
    """A bundle, or the page of a TAXII server."""

    objects: list[msgspec.Raw] = []
    type: str = "bundle"


class Named(msgspec.Struct):
    """What is asked of an object that is not kept."""

    type: str = ""
    id: str = ""


class StatementSays(msgspec.Struct, frozen=True):
    topic: Short
    text: Text
    certainty: str
    confidence: Percent


class ProviderSays(msgspec.Struct, frozen=True):
    name: Short
    office_country: Annotated[str, Meta(max_length=2)] = ""
    certainty: str = "alleged"


class CampaignSays(msgspec.Struct, frozen=True):
    """Our extension of a campaign."""

    valid_until: Moment
    accounts: Annotated[int, Meta(ge=0)] = 0
    exchanges: Annotated[int, Meta(ge=0)] = 0
    roles: Labels = ()
    capabilities: Labels = ()
    techniques: Labels = ()
    services: Labels = ()
    statements: Annotated[tuple[StatementSays, ...], Meta(max_length=1000)] = ()
    response: str = "none"
    legal_basis: Text = ""
    account_network_provider: ProviderSays | None = None
    machine_made: bool = False


class IndicatorSays(msgspec.Struct, frozen=True):
    """Our extension of an indicator."""

    kind: IndicatorKind
    value: Annotated[str, Meta(min_length=1, max_length=2000)]
    form: Form = Form.CLEAR
    key_id: Short = ""
    template_kind: Annotated[int, Meta(ge=0, le=255)] = 0
    certainty: Certainty = Certainty.OBSERVED


UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a part raises that does not hold: the whole was skipped over without a look at its texts."""
KINDS: Final[tuple[type[Received], ...]] = Kept.__args__
READ: Final[Any] = Union[Kept, _passed]  # noqa: UP007  # as above
"""What an object of a bundle is decoded as; any other type is an error of the decoder."""
