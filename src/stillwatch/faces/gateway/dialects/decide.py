"""Our own: `POST /decide` with the request, answered with all that a gateway needs to carry the decision out.

Sees: whatever the caller states; see `faces.gateway.stated_request`.
Does: everything. `status`, `headers` and `body` are what the customer is to be told; of an allowed request `headers`
holds what is told of it, and `obligations` what is to be changed.
Fails: a document that cannot be read gets the policy's `on_failure`, as a decision like any other, with status 200 of
the call itself; any other status is no decision.
Set up: a script in front of the model posts to this address and does what it is told.

    POST /decide {"account_id": "acct-7", "path": "/v1/chat/completions", "body": {"model": "m", "logprobs": true}}
    {"action": "block", "status": 403, "headers": {…}, "body": {"error": {…}}, "obligations": [], …}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.decision import DENIALS
from stillwatch.faces.gateway.denial import denial_of, error_of, told_of
from stillwatch.faces.gateway.dialect import Dialect, Document
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.faces.gateway.obligations_header import obligations_listed
from stillwatch.faces.gateway.stated_request import check_stated

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision

_JSON: Final = (("content-type", "application/json"),)


def _write(document: Document, decision: Decision | None) -> Answer:
    told = _told(document, decision) if decision is not None else {}
    return Answer(200, _JSON, orjson.dumps(told))


def _told(document: Document, decision: Decision) -> dict[str, Any]:
    told = {
        "action": decision.action.value,
        "decision_id": decision.id,
        "rule": decision.rule,
        "subject": decision.subject,
        "because": decision.because,
        "obligations": obligations_listed(decision.obligations),
        "shadowed": decision.shadowed.value if decision.shadowed else None,
        "degraded": decision.degraded,
        "policy_version": decision.policy_version,
        "on_failure": decision.on_failure,
    }
    if decision.action not in DENIALS:
        return told | {"status": 200, "headers": dict(told_of(decision)), "body": None}
    path = document.get("path")
    path = path if isinstance(path, str) else ""
    denial = denial_of(decision, path)
    return told | {"status": denial.status, "headers": dict(denial.headers), "body": error_of(decision, path)}


DIALECT: Final = Dialect(name="decide", path="/decide", decide=check_stated, write=_write)
