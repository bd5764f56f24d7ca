"""What LiteLLM's proxy knows of a call, as facts; without LiteLLM, whose objects come in as they are.

LiteLLM keeps what it knows itself in `metadata`, but in `litellm_metadata` on routes whose API has a `metadata` of its
own, where that of the caller stands: who is asked for there is never looked up in what a caller can write.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.read_request import client_of
from stillwatch.wire.account_of import PLACEHOLDERS, account_of
from stillwatch.wire.addresses import client_address, neighbourhood
from stillwatch.wire.newest import read_newest
from stillwatch.wire.values import count, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.identity import Identity

TOKEN: Final = "stillwatch_request"  # noqa: S105  # the name of a field, no secret
"""Field of LiteLLM's metadata by which later hooks find the decision. Its value is drawn by us for each request: the
call id is the caller's to choose.
"""
_HASHED: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST: Final = 512


class Auth(Protocol):
    """What we read of LiteLLM's `UserAPIKeyAuth`."""

    api_key: str | None
    user_id: str | None
    org_id: str | None
    team_id: str | None
    end_user_id: str | None
    request_route: str | None


def metadata_of(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """LiteLLM's own, never the caller's."""
    found = data["litellm_metadata"] if "litellm_metadata" in data else data.get("metadata")
    return found if isinstance(found, dict) else None


def note(metadata: dict[str, Any], token: str, tags: Iterable[str]) -> None:
    """Write into LiteLLM's metadata by what later hooks find the decision, and the cohorts, by which it can route.

    In place, as LiteLLM's own hooks do: the call's log holds the same dictionary.
    """
    metadata[TOKEN] = token
    if tags:
        before = metadata.get("tags")
        kept = before if isinstance(before, list) else []
        metadata["tags"] = [*kept, *(tag for tag in tags if tag not in kept)]


def token_of(data: Mapping[str, Any]) -> str:
    """Written by `note`; empty where nothing is left to be done about a call."""
    return text((metadata_of(data) or {}).get(TOKEN)) or ""


def logged_token(logged: Mapping[str, Any]) -> str:
    """The same, out of what LiteLLM tells its loggers, where both fields may stand; no caller ever learns a token."""
    held = logged.get("litellm_params")
    if not isinstance(held, dict):
        return ""
    return token_of(held) or token_of({"metadata": held.get("metadata")})


def logged_tokens(logged: Mapping[str, Any]) -> int:
    """What a call has cost, in tokens."""
    found = logged.get("standard_logging_object")
    return count(found.get("total_tokens")) or 0 if isinstance(found, dict) else 0


def facts_of_call(
    auth: Auth, data: Mapping[str, Any], *, request_id: str, at: float, identity: Identity
) -> RequestFacts:
    """Who asks, from where, by which route; what is asked for is read by `guard.read_request.facts_of_body`."""
    metadata = metadata_of(data) or {}
    api_key_id = _key_id(text(metadata.get("user_api_key_hash")) or text(auth.api_key))
    user_id = _bounded(auth.user_id)
    address = _address(text(metadata.get("requester_ip_address")), identity)
    return RequestFacts(
        request_id=request_id,
        at=at,
        account_id=account_of(user_id, api_key_id) or "",
        api_key_id=api_key_id,
        user_id="" if user_id in PLACEHOLDERS else user_id,
        org_id=_bounded(auth.org_id),
        team_id=_bounded(auth.team_id),
        end_user_id=_bounded(auth.end_user_id),
        client_address=address,
        client_prefix=neighbourhood(address) or "",
        client=client_of((text(metadata.get("user_agent")) or "")[:_LONGEST], ""),
        path=_bounded(auth.request_route),
        session_id=_bounded(metadata.get("session_id")),
        trace_parent=_sent(data, "traceparent"),
        trace_state=_sent(data, "tracestate"),
    )


def _sent(data: Mapping[str, Any], name: str) -> str:
    """A header of the call, which LiteLLM keeps without its credentials; its own traces believe them too."""
    asked = data.get("proxy_server_request")
    headers = asked.get("headers") if isinstance(asked, dict) else None
    return _bounded(headers.get(name)) if isinstance(headers, dict) else ""


def prompt_of(data: dict[str, Any]) -> str:
    """What the customer has said, as far as an answer may repeat it."""
    asked = read_newest(data)
    return f"{asked.system_text or ''}\n{asked.prompt_text or ''}"


def _key_id(key: str | None) -> str:
    """SHA-256 of the key in hex, as LiteLLM logs it; one that an operator's own authentication left bare is hashed."""
    if not key:
        return ""
    return key if _HASHED.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()


def _address(found: str | None, identity: Identity) -> str:
    """The client's: with `use_x_forwarded_for` LiteLLM hands over the whole list of hops."""
    return client_address(found, peer="", trusted=identity.trusted_proxies) if found else ""


def _bounded(value: Any) -> str:
    return (text(value) or "")[:_LONGEST]
