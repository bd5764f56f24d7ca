"""A dialect: one gateway's way of asking about a request in JSON, and of being answered.

Each stands in a file of `faces.gateway.dialects` with its manual page: what it shows, what it can do, how it fails,
and what is set on the gateway's side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.request_facts import BodySeen, RequestFacts
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.wire.addresses import is_trusted
from stillwatch.wire.json_bodies import read_json_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.decision import Decision
    from stillwatch.faces.gateway.guard_point import GuardPoint
    from stillwatch.faces.gateway.http_message import Asked

Document = dict[str, Any]
"""What was posted, decoded; its values are checked by nobody before the dialect reads them."""
_NO_POST: Final = Answer(405, (("allow", "POST"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    name: str
    path: str
    """Where it is posted to."""
    decide: Callable[[Document, RequestFacts, GuardPoint], Decision | None]
    """Given time, trace and how much of the document was there; None where it asks about no request, but about a reply.
    """
    write: Callable[[Document, Decision | None], Answer]


def answer_in(dialect: Dialect, point: GuardPoint, asked: Asked) -> Answer:
    """Answer what was posted; what cannot be read gets the answer that the policy declares for it."""
    if asked.method != "POST":
        return _NO_POST
    read = read_json_body(asked.body, is_whole=asked.is_whole)
    seen = BodySeen.PARTIAL if read.seen is BodySeen.PARTIAL else BodySeen.NONE
    facts = _facts_of_call(asked, point)._replace(body_seen=seen, size_bytes=len(asked.body))
    if not read.fields:
        why = f"body: {BodySeen.MALFORMED.name.lower()}"
        return dialect.write({}, point.guard.fail(facts._replace(body_seen=BodySeen.MALFORMED), why))
    try:
        return dialect.write(read.fields, dialect.decide(read.fields, facts, point))
    except Exception as error:  # noqa: BLE001  # no request may be lost to a fault of ours
        return dialect.write({}, point.guard.fail(facts, type(error).__name__))


def _facts_of_call(asked: Asked, point: GuardPoint) -> RequestFacts:
    """What the call itself says: when, and in which trace the gateway asks."""
    if not is_trusted(asked.peer, point.identity.trusted_proxies):
        return RequestFacts("", point.clock())
    trace_parent, trace_state = asked.headers.get("traceparent", ""), asked.headers.get("tracestate", "")
    return RequestFacts("", point.clock(), trace_parent=trace_parent, trace_state=trace_state)
