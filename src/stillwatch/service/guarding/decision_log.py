"""Decisions as lines of JSON, for an operator to read and to search: who was met by which rule, and why.

>>> from stillwatch.core.decision import Action, Decision
>>> from stillwatch.core.request_facts import RequestFacts
>>> facts = RequestFacts("r-1", 0.0, account_id="a-1", model="m")
>>> decision_line(facts, Decision(action=Action.BLOCK, rule="operators", id="d-1"))[:66]
b'{"at":"1970-01-01T00:00:00Z","id":"d-1","request_id":"r-1","action'

Only decisions that a rule had a part in, that exempt somebody, or that failed are told: what nothing is known of is
counted by the metrics. The log names accounts; protect it as the traffic's own log.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.decision import Action
from stillwatch.service.guarding.line_log import LineLog

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.service.guarding.segments import Segments

_WHO: Final = (
    *("account_id", "api_key_id", "user_id", "org_id", "team_id", "end_user_id"),
    *("client_address", "path", "model", "session_id"),
)
_WHAT: Final = (
    *("rule", "observed", "shadowed", "subject", "confidence", "because", "applied", "retry_after_s", "degraded"),
)


class DecisionLog:
    """Takes decisions on the request path and writes them on a thread of its own."""

    def __init__(self, segments: Segments) -> None:
        self.lines: LineLog[tuple[RequestFacts, Decision]] = LineLog(segments, lambda one: decision_line(*one))

    def note(self, facts: RequestFacts, decision: Decision) -> None:
        """Write it down where it is worth telling."""
        if is_told(decision):
            self.lines.put((facts, decision))

    def close(self) -> None:
        self.lines.close()


def is_told(decision: Decision) -> bool:
    """Whether a rule, an exemption or a fault had a part in it."""
    if decision.action is not Action.ALLOW or decision.observed or decision.subject:
        return True
    return any(what.startswith("failed") for what in decision.degraded)


def decision_line(facts: RequestFacts, decision: Decision) -> bytes:
    """One line, without its end; what is empty is left out."""
    plain = {
        "at": datetime.fromtimestamp(facts.at, UTC).isoformat().replace("+00:00", "Z"),
        "id": decision.id,
        "request_id": facts.request_id,
        "action": decision.action,
        **{name: getattr(decision, name) for name in _WHAT},
        **{name: getattr(facts, name) for name in _WHO},
        "policy_version": decision.policy_version,
        "on_failure": decision.on_failure,
    }
    return orjson.dumps({name: value for name, value in plain.items() if value not in ("", (), 0, None)})
