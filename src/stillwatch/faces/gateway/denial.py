"""A decision as the customer's program sees it: status, headers and a body in the shape of the API that it called.

>>> from stillwatch.core.decision import Action, Decision
>>> denial = denial_of(
...     Decision(action=Action.THROTTLE, reason="Too many requests.", retry_after_s=2.4, id="d-1"), "/v1/messages"
... )
>>> denial.status, dict(denial.headers)["retry-after"]
(429, '3')
>>> orjson.loads(denial.body)["error"]
{'type': 'rate_limit_error', 'message': 'Too many requests. Reference: d-1.'}

The message says the reference and where to go, since most programs show nothing else of an error. A request that could
not be checked, where the policy declares `on_failure = "deny"`, is 503: the fault is ours, and asking again may help.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.decision import DENIALS, Action

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision

DECISION_HEADER: Final = "x-stillwatch-decision"
APPLIED_HEADER: Final = "x-stillwatch-applied"
_RETRY_HEADER: Final = "retry-after"
_RETRY_A_FAILURE_S: Final = 1.0


class Shape(StrEnum):
    """Whose error it must look like. `openai`: chat, completions, responses, embeddings, and whatever speaks alike.
    `anthropic`: messages.
    """

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class Denial(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in lower case; with the content type, without the content length."""
    body: bytes


class _Kind(NamedTuple):
    status: int
    openai_type: str
    openai_code: str
    anthropic_type: str


_KINDS: Final = {
    Action.THROTTLE: _Kind(429, "requests", "rate_limit_exceeded", "rate_limit_error"),
    Action.CHALLENGE: _Kind(403, "permission_error", "verification_required", "permission_error"),
    Action.BLOCK: _Kind(403, "permission_error", "access_suspended", "permission_error"),
}
_FAILED: Final = _Kind(503, "server_error", "guard_unavailable", "api_error")


def shape_of(path: str) -> Shape:
    """By the path that was asked for, with whatever a gateway puts in front of it."""
    return Shape.ANTHROPIC if "/v1/messages" in path else Shape.OPENAI


def denial_of(decision: Decision, path: str) -> Denial:
    """What to answer instead of the model.

    Raises:
        ValueError: The decision denies nothing.
    """
    if decision.action not in DENIALS:
        raise ValueError(f"{decision.action} is no denial")
    kind = _FAILED if is_failure(decision) else _KINDS[decision.action]
    headers = [("content-type", "application/json"), (DECISION_HEADER, decision.id)]
    wait_s = _RETRY_A_FAILURE_S if kind is _FAILED else decision.retry_after_s
    if wait_s > 0 or decision.action is Action.THROTTLE:
        headers.append((_RETRY_HEADER, str(max(1, math.ceil(wait_s)))))
    return Denial(kind.status, tuple(headers), orjson.dumps(error_of(decision, path)))


def error_of(decision: Decision, path: str) -> dict[str, Any]:
    """The body of a denial, not yet encoded."""
    kind = _FAILED if is_failure(decision) else _KINDS[decision.action]
    message = message_of(decision)
    if shape_of(path) is Shape.ANTHROPIC:
        return {
            "type": "error",
            "error": {"type": kind.anthropic_type, "message": message},
            "request_id": decision.id,
        }
    error = {"message": message, "type": kind.openai_type, "param": None, "code": kind.openai_code}
    if decision.challenge_url:
        error["challenge_url"] = decision.challenge_url
    return {"error": error | {"decision_id": decision.id}}


def message_of(decision: Decision) -> str:
    """What the customer reads: the reason, where to go, and what to quote."""
    verify = f" Verify at {decision.challenge_url} to go on." if decision.challenge_url else ""
    return f"{decision.reason}{verify} Reference: {decision.id}."


def told_of(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Headers of an answer that is let through: what was changed in it, as far as the customer is told."""
    return ((APPLIED_HEADER, ", ".join(decision.applied)),) if decision.applied else ()


def is_failure(decision: Decision) -> bool:
    """Whether it denies because nothing could be decided."""
    return not decision.rule and any(one.startswith("failed") for one in decision.degraded)
