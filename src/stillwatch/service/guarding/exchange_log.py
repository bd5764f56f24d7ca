r"""What went through the guard, where it sees requests and replies, as a log that `stillwatch watch` follows.

>>> from stillwatch.core.decision import Action, Decision
>>> from stillwatch.core.request_facts import RequestFacts
>>> from stillwatch.wire.headers import Headers
>>> exchange = Exchanged(
...     RequestFacts("r-1", 1.5, account_id="a-1"), Decision(action=Action.ALLOW), Headers(), b"{}", 200, 2.0, 0
... )
>>> exchange_line(exchange)[:76]
b'{"record_id":"r-1","started_at":1500000000,"ended_at":2000000000,"account_id'

The lines are stillwatch's own exchange records (`logs.formats.stillwatch_exchange`). The prompt is in them, as
detection needs it; the reply is not. Requests are read and put into words on a thread of its own; what finds the queue
full is dropped and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.request_facts import BodySeen
from stillwatch.service.guarding.line_log import LineLog
from stillwatch.wire.bodies import operation_of_path, request_row
from stillwatch.wire.json_bodies import read_json_body

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.service.guarding.segments import Segments
    from stillwatch.wire.headers import Headers

_CAPACITY: Final = 2_000
"""Exchanges that may wait; each holds its request."""
_WHO: Final = (
    *("account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id"),
    *("session_id", "client_address"),
)


class Exchanged(NamedTuple):
    facts: RequestFacts
    decision: Decision
    headers: Headers
    body: bytes
    """Empty where it went through unread."""
    status: int
    """0 = the client was gone before one was sent, or nobody has told us."""
    ended_at: float
    """Seconds since 1970 UTC."""
    output_tokens: int
    """0 = the reply was not read."""
    response_id: str = ""
    """That the reply itself bears; empty where it was not read or has none."""


class ExchangeLog:
    """Takes exchanges when they are over and writes them on a thread of its own."""

    def __init__(self, segments: Segments) -> None:
        self.lines: LineLog[Exchanged] = LineLog(segments, exchange_line, capacity=_CAPACITY)

    def note(self, exchanged: Exchanged) -> None:
        self.lines.put(exchanged)

    def close(self) -> None:
        self.lines.close()


def exchange_line(one: Exchanged) -> bytes:
    """One line, without its end; what is not known is left out."""
    facts = one.facts
    seen, body = read_json_body(one.body, is_whole=True)
    said: dict[str, Any] = request_row(body) if seen is BodySeen.WHOLE else {}
    known = {
        "record_id": facts.request_id,
        "started_at": round(facts.at * 1e9),
        "ended_at": round(one.ended_at * 1e9),
        **{name: getattr(facts, name) for name in _WHO},
        "user_agent": one.headers.get("user-agent", ""),
        "header_order": ",".join(one.headers.names),
        "operation": operation_of_path(facts.path),
        "status_code": one.status,
        "error_type": f"stillwatch: {one.decision.rule}" if one.decision.id else "",
        "response_id": one.response_id,
        "output_tokens": one.output_tokens,
    }
    said |= {name: value for name, value in known.items() if value not in ("", 0, None)}
    return orjson.dumps({name: value for name, value in said.items() if value is not None})
