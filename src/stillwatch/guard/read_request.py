"""What a gateway shows of a request, as the facts that a decision rests on; never an error, whatever it is shown.

>>> from stillwatch.core.identity import Identity
>>> from stillwatch.wire.headers import Headers
>>> facts = facts_of(
...     request_id="r-1",
...     at=0.0,
...     path="/v1/chat/completions",
...     headers=Headers([("authorization", "Bearer sk-1"), ("x-forwarded-for", "192.0.2.7")]),
...     peer="127.0.0.1",
...     body=b'{"model": "m", "logprobs": true, "messages": [{"role": "user", "content": "Hi"}]}',
...     is_whole=True,
...     identity=Identity(),
...     templates=None,
... )
>>> facts.client_address, facts.model, facts.wants_logprobs, facts.api_key_id[:8]
('192.0.2.7', 'm', True, '0f2c10bf')

Texts of a caller are bounded in length and free of lone surrogates. What a caller may forge is believed only where the
operator's own proxy has written it (`core.identity`).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.request_facts import BodySeen, RequestFacts
from stillwatch.guard.template_keys import Made, TemplateKeys
from stillwatch.wire.addresses import client_address, is_trusted, neighbourhood
from stillwatch.wire.json_bodies import read_json_body
from stillwatch.wire.newest import read_newest
from stillwatch.wire.paths import plain_path
from stillwatch.wire.values import clean, first_text, text
from stillwatch.wire.wishes import NO_WISHES, Wishes, read_wishes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.identity import Identity
    from stillwatch.wire.headers import Headers

_LONGEST: Final = 512
_MOST_SIGNATURES: Final = 1024
"""The newest of them are kept."""
_SCHEMES: Final = ("bearer ", "basic ")
_NO_JSON: Final = ("multipart/", "application/x-www-form-urlencoded", "audio/", "image/")
"""Uploads: such a body is not one that we look into."""


_NONE_MADE: Final = Made((), is_late=False)


def facts_of(  # noqa: PLR0913  # what a plug-in point has in hand, one by one
    *,
    request_id: str,
    at: float,
    path: str,
    headers: Headers,
    peer: str,
    body: bytes | None,
    is_whole: bool,
    identity: Identity,
    templates: TemplateKeys | None,
) -> RequestFacts:
    """Read a request over HTTP.

    Args:
        request_id: The gateway's; empty if it has none.
        at: Seconds since 1970 UTC.
        path: With or without its query.
        headers: As sent.
        peer: Address of whoever opened the connection to us; empty = through a Unix socket.
        body: None = the plug-in point does not see it.
        is_whole: Whether that is all of it.
        identity: Where to look for who it is.
        templates: Makes the keys of the prompt; None = no standing is known by one.
    """
    trusted = identity.trusted_proxies
    believes = is_trusted(peer, trusted)
    address = client_address(headers.get(identity.address_header, ""), peer=peer, trusted=trusted)
    tls = _header(headers, identity.tls_header) if believes else ""
    who = _who(headers, identity) if believes else _NOBODY
    said = _NOTHING_SAID
    if body:
        read = read_json_body(body, is_whole=is_whole)
        if read.fields:
            said = _read_body(read.fields, read.seen, identity, templates)
        elif read.seen is not BodySeen.MALFORMED or not headers.get("content-type", "").startswith(_NO_JSON):
            said = _NOTHING_SAID._replace(seen=read.seen)
    return RequestFacts(
        request_id=_bounded(request_id),
        at=at,
        account_id=who.account_id or said.account_id,
        api_key_id=api_key_id(headers, identity.key_headers),
        user_id=who.user_id,
        org_id=who.org_id or said.org_id,
        team_id=who.team_id,
        end_user_id=who.end_user_id or said.end_user_id,
        client_address=address,
        client_prefix=neighbourhood(address) or "",
        client=client_of(headers.get("user-agent", "")[:_LONGEST], ",".join(headers.names), tls),
        path=_bounded(plain_path(path)),
        model=said.model,
        templates=said.made.keys,
        session_id=_header(headers, identity.session_header) or said.session_id,
        reasoning_in=said.signatures,
        wants_logprobs=said.wishes.logprobs,
        wants_prompt_logprobs=said.wishes.prompt_logprobs,
        biases_tokens=said.wishes.biases_tokens,
        sets_sampler=said.wishes.sets_sampler,
        wants_reasoning=said.wishes.reasoning,
        choices=said.wishes.choices,
        max_tokens=said.wishes.max_tokens,
        is_stream=said.wishes.stream,
        templates_late=said.made.is_late,
        body_seen=said.seen,
        size_bytes=len(body) if body else 0,
        trace_parent=who.trace_parent,
        trace_state=who.trace_state,
    )


def facts_of_body(
    facts: RequestFacts, body: dict[str, Any], *, identity: Identity, templates: TemplateKeys | None
) -> RequestFacts:
    """Add what a decoded body says; what is known already of the account, the organisation or the user stays.

    A body that no one has said was seen in part counts as whole.
    """
    said = _read_body(body, facts.body_seen, identity, templates)
    return facts._replace(
        account_id=facts.account_id or said.account_id,
        org_id=facts.org_id or said.org_id,
        end_user_id=facts.end_user_id or said.end_user_id,
        session_id=facts.session_id or said.session_id,
        model=facts.model or said.model,
        templates=said.made.keys,
        templates_late=said.made.is_late,
        reasoning_in=said.signatures,
        wants_logprobs=said.wishes.logprobs,
        wants_prompt_logprobs=said.wishes.prompt_logprobs,
        biases_tokens=said.wishes.biases_tokens,
        sets_sampler=said.wishes.sets_sampler,
        wants_reasoning=said.wishes.reasoning,
        choices=said.wishes.choices,
        max_tokens=said.wishes.max_tokens,
        is_stream=said.wishes.stream,
        body_seen=said.seen,
    )


class _Said(NamedTuple):
    """What a body says."""

    seen: BodySeen = BodySeen.NONE
    account_id: str = ""
    org_id: str = ""
    end_user_id: str = ""
    session_id: str = ""
    model: str = ""
    made: Made = _NONE_MADE
    signatures: tuple[str, ...] = ()
    wishes: Wishes = NO_WISHES


_NOTHING_SAID: Final = _Said()


def _read_body(body: dict[str, Any], seen: BodySeen, identity: Identity, templates: TemplateKeys | None) -> _Said:
    asked = read_newest(body)
    is_part = seen is BodySeen.PARTIAL
    return _Said(
        BodySeen.PARTIAL if is_part else BodySeen.WHOLE,
        _field(body, identity.account_field),
        _field(body, identity.organisation_field),
        _first_field(body, identity.end_user_fields),
        _first_field(body, identity.session_fields),
        _bounded(first_text(body.get("model"), body.get("modelId")) or ""),
        templates.of(None if is_part else asked.prompt_text, asked.system_text) if templates else _NONE_MADE,
        asked.signatures[-_MOST_SIGNATURES:],
        read_wishes(body),
    )


class _Who(NamedTuple):
    """Who it is and in which trace it is served, as the operator's own proxy says."""

    account_id: str = ""
    user_id: str = ""
    org_id: str = ""
    team_id: str = ""
    end_user_id: str = ""
    trace_parent: str = ""
    trace_state: str = ""


_NOBODY: Final = _Who()


def _who(headers: Headers, identity: Identity) -> _Who:
    return _Who(
        _header(headers, identity.account_header),
        _header(headers, identity.user_header),
        _header(headers, identity.organisation_header),
        _header(headers, identity.team_header),
        _header(headers, identity.end_user_header),
        _header(headers, "traceparent"),
        _header(headers, "tracestate"),
    )


def client_of(user_agent: str, header_order: str, tls: str = "") -> str:
    """The client tuple as one text; empty where nothing is known."""
    return f"{user_agent}\x1f{header_order}\x1f{tls}" if user_agent or header_order or tls else ""


def api_key_id(headers: Headers, names: Iterable[str]) -> str:
    """SHA-256 in hex of the first credential that the headers carry; empty if there is none."""
    for name in names:
        if found := headers.get(name):
            for scheme in _SCHEMES:
                if found[: len(scheme)].lower() == scheme:
                    found = found[len(scheme) :]
                    break
            return hashlib.sha256(found.strip().encode()).hexdigest()
    return ""


def _header(headers: Headers, name: str) -> str:
    return headers.get(name, "")[:_LONGEST] if name else ""


def _bounded(value: str) -> str:
    value = value[:_LONGEST]
    return value if value.isascii() else clean(value)


def _first_field(body: dict[str, Any], names: tuple[str, ...]) -> str:
    if _first_parts(names).isdisjoint(body):
        return ""
    return next((found for name in names if (found := _field(body, name))), "")


@lru_cache(maxsize=64)
def _first_parts(names: tuple[str, ...]) -> frozenset[str]:
    """What a body must have one of, to have any of the fields."""
    return frozenset(name.partition(".")[0] for name in names)


def _field(body: dict[str, Any], name: str) -> str:
    """The text at a dotted name; empty where there is none."""
    if not name:
        return ""
    found: Any = body
    for part in name.split(".") if "." in name else (name,):
        found = found.get(part) if isinstance(found, dict) else None
    return "" if found is None else _bounded(text(found) or "")
