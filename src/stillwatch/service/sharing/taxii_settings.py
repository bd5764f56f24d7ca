"""What a server of shared objects is told; `read_taxii_settings` reads it from a file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxiiListen:
    """Where to be asked."""

    address: str = "127.0.0.1:6100"
    certificate: str = ""
    """PEM, with the chain; empty = no TLS, which only this machine may be asked by."""
    key: str = ""
    client_authority: str = ""
    """PEM of who vouches for members' certificates (mutual TLS); empty = certificates are not asked for."""
    public_url: str = ""
    """How members reach it, where that is not `address`: behind a proxy, or by name."""
    drain_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxiiLimits:
    """What a client may cost."""

    body_bytes: int = 8 * 1024 * 1024
    """Of one request to add objects."""
    objects: int = 10_000
    """In one such request."""
    page: int = 10_000
    """Objects at most in one answer, whatever a client asks for."""
    usual_page: int = 1_000
    """Where it does not say."""
    requests_per_minute: int = 6_000
    """Of one member; then 429."""
    status_h: float = 24.0
    """How long what became of a request is remembered."""
    connections: int = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoot:
    name: str = "intel"
    """In paths: `/intel/`."""
    title: str = "stillwatch"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    id: str = ""
    """A UUID."""
    title: str = ""
    description: str = ""
    alias: str = ""
    """Another name in paths."""
    api_root: str = "intel"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEntry:
    """Who may enter, by any of its secrets or certificates."""

    name: str = ""
    identity: str = ""
    """STIX id of its identity; what it sends must bear it as `created_by_ref`. Empty = it relays others' objects."""
    secrets_sha256: tuple[str, ...] = ()
    """Of its secrets, each good as bearer token and as password; `stillwatch taxii secret` makes one."""
    reading_secrets_sha256: tuple[str, ...] = ()
    """The same, for reading alone."""
    certificates_sha256: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Ids of collections; `*` = all."""
    writes: tuple[str, ...] = ()
    moderates: tuple[str, ...] = ()
    ceiling: str = "red"
    """It is shown what is marked so (TLP) or milder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxiiSettings:
    store: str
    """Path of a file, or the address of a PostgreSQL database."""
    title: str = "stillwatch"
    description: str = ""
    contact: str = ""
    lists_all: bool = False
    """Tell members of collections that they have no rights on, too; else those are not there for them."""
    listen: TaxiiListen = field(default_factory=TaxiiListen)
    limits: TaxiiLimits = field(default_factory=TaxiiLimits)
    api_roots: tuple[ApiRoot, ...] = (ApiRoot(),)
    collections: tuple[Collection, ...] = ()
    members: tuple[MemberEntry, ...] = ()
