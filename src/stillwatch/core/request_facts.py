"""What a gateway knows of one request before it is answered."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final, NamedTuple


class KeyName(IntEnum):
    """What a standing may be known by. Numbers are part of published tables: never re-use one.

    From `TEMPLATE` on it is `TEMPLATE` plus the number of a key that ingest makes of a prompt (`core.key_kind`):
    such a key is an integer, all others are text.
    """

    ACCOUNT = 1
    API_KEY = 2
    USER = 3
    ORGANISATION = 4
    TEAM = 5
    END_USER = 6
    ADDRESS = 7
    PREFIX = 8
    """The /24 or /48 around an address."""
    CLIENT = 9
    """User agent, order of the headers and TLS fingerprint together."""
    TEMPLATE = 32


class BodySeen(IntEnum):
    """How much of the request's body was there to decide on."""

    NONE = 0
    PARTIAL = 1
    WHOLE = 2
    MALFORMED = 3


class Foreign(StrEnum):
    """Whose a signed block of reasoning is that a request hands in, where it was handed out to another account, user
    or organisation, in another session, or by another model.
    """

    ACCOUNT = "account"
    USER = "user"
    ORGANISATION = "organisation"
    SESSION = "session"
    MODEL = "model"


NO_TEMPLATES: Final[tuple[tuple[int, int], ...]] = ()


class RequestFacts(NamedTuple):
    """One request, as far as the plug-in point shows it; a missing text is empty.

    A tuple and not a dataclass, since one is made for each request: it costs a quarter of the time.
    """

    request_id: str
    """Given by the gateway; the same request asked about twice is decided once."""
    at: float
    """Seconds since 1970 UTC."""
    account_id: str = ""
    api_key_id: str = ""
    user_id: str = ""
    org_id: str = ""
    team_id: str = ""
    end_user_id: str = ""
    client_address: str = ""
    client_prefix: str = ""
    client: str = ""
    path: str = ""
    model: str = ""
    templates: tuple[tuple[int, int], ...] = NO_TEMPLATES
    """(number of the kind, key) of the prompt, as ingest makes them."""
    session_id: str = ""
    reasoning_in: tuple[str, ...] = ()
    """Signatures of the reasoning blocks that the request hands in."""
    foreign_reasoning: tuple[Foreign, ...] = ()
    """In what those blocks were handed out to another, see `guard.reasoning_bonds`."""
    wants_logprobs: bool = False
    wants_prompt_logprobs: bool = False
    biases_tokens: bool = False
    """It asks for some tokens to be likelier or less likely."""
    sets_sampler: bool = False
    """It says how tokens are drawn or marked, see `wire.wishes.SAMPLER_FIELDS`."""
    wants_reasoning: bool = False
    choices: int = 1
    max_tokens: int = 0
    """0 = the request names none."""
    is_stream: bool = False
    templates_late: bool = False
    """Keys of the prompt are missing that a later request with the same text will have."""
    body_seen: BodySeen = BodySeen.NONE
    size_bytes: int = 0
    trace_parent: str = ""
    """W3C `traceparent`, where a trusted proxy has sent one: the span under which the request is served."""
    trace_state: str = ""
    """`tracestate` that came with it."""
