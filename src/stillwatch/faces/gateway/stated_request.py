"""A request as a trusted caller states it in JSON: what it knows of it by name, or headers and body as they came.

`headers` is an object, `body` an object or text. `request_id`, `path`, `account_id`, `api_key_id`, `user_id`, `org_id`,
`team_id`, `end_user_id`, `client_address`, `session_id` and `model` say the same as the fields of
`core.request_facts.RequestFacts`, and stand above what headers and body say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.request_facts import BodySeen, RequestFacts
from stillwatch.guard.read_request import facts_of
from stillwatch.wire.addresses import neighbourhood
from stillwatch.wire.headers import Headers
from stillwatch.wire.json_bodies import read_json_body
from stillwatch.wire.paths import plain_path
from stillwatch.wire.values import mapping, text

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.faces.gateway.guard_point import GuardPoint

_TEXTS: Final = (
    *("account_id", "api_key_id", "user_id", "org_id", "team_id", "end_user_id", "client_address", "session_id"),
    "model",
)
_LONGEST: Final = 512


def check_stated(stated: dict[str, Any], facts: RequestFacts, point: GuardPoint) -> Decision:
    """Decide about it; `facts` holds what is known of the call that brought it."""
    known = _of_headers(stated, facts, point)
    by_name: dict[str, Any] = {name: value for name in _TEXTS if (value := _text(stated, name))}
    known = known._replace(**by_name)
    known = known._replace(client_prefix=neighbourhood(known.client_address) or "")
    body = stated.get("body")
    if isinstance(body, str):
        read = read_json_body(body.encode("utf-8", "replace"), is_whole=stated.get("is_whole") is not False)
        known, body = known._replace(body_seen=read.seen, size_bytes=len(body)), read.fields
    if not isinstance(body, dict) or not body:
        return point.guard.check(known)
    return point.check_body(known, body)


def _of_headers(stated: dict[str, Any], facts: RequestFacts, point: GuardPoint) -> RequestFacts:
    request_id, path = _text(stated, "request_id"), _text(stated, "path")
    headers = mapping(stated.get("headers"))
    if not headers:
        return facts._replace(request_id=request_id, path=plain_path(path), size_bytes=0)
    read = facts_of(
        request_id=request_id,
        at=facts.at,
        path=path,
        headers=Headers((str(name), value) for name, value in headers.items() if isinstance(value, str)),
        peer="",
        body=None,
        is_whole=True,
        identity=point.identity,
        templates=None,
    )
    if not read.trace_parent:
        read = read._replace(trace_parent=facts.trace_parent, trace_state=facts.trace_state)
    return read._replace(body_seen=facts.body_seen if facts.body_seen is BodySeen.PARTIAL else BodySeen.NONE)


def _text(stated: dict[str, Any], name: str) -> str:
    return (text(stated.get(name)) or "")[:_LONGEST]
