"""Open Policy Agent's data API, as its server: whoever asks OPA today can ask us, at a path of the same form.

Sees: what the client puts into `input`; see `faces.gateway.stated_request` for the names, or headers and body whole.
Does: allow, deny with status, wait and reason; obligations are listed for the client to carry out.
Fails: as the client is set up when no answer comes; an `input` that cannot be read gets the policy's `on_failure`.
Looks unlike OPA: there is one decision and no Rego; `POST` only; other paths of the data API are not found.
Set up: point the client's OPA address here, and ask for `stillwatch/decision`.

    POST /v1/data/stillwatch/decision {"input": {"account_id": "acct-7", "path": "/v1/chat/completions"}}
    {"decision_id": "…", "result": {"allow": false, "action": "throttle", "status": 429, "retry_after_s": 3, …}}

Asked by OPA's own client, `@open-policy-agent/opa` 2.0.0.
References: openpolicyagent.org, REST API, "Get a Document (with Input)".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.decision import DENIALS
from stillwatch.faces.gateway.denial import denial_of, message_of
from stillwatch.faces.gateway.dialect import Dialect, Document
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.faces.gateway.obligations_header import obligations_listed
from stillwatch.faces.gateway.stated_request import check_stated
from stillwatch.wire.values import mapping

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.guard_point import GuardPoint

_JSON: Final = (("content-type", "application/json"),)


def _decide(document: Document, facts: RequestFacts, point: GuardPoint) -> Decision:
    return check_stated(mapping(document.get("input")), facts, point)


def _write(document: Document, decision: Decision | None) -> Answer:
    del document
    if decision is None:
        return Answer(200, _JSON, b"{}")
    denies = decision.action in DENIALS
    result = {
        "allow": not denies,
        "action": decision.action.value,
        "status": denial_of(decision, "").status if denies else 200,
        "retry_after_s": math.ceil(decision.retry_after_s),
        "challenge_url": decision.challenge_url,
        "obligations": obligations_listed(decision.obligations),
        "reasons": [message_of(decision)] if denies else [],
        "degraded": decision.degraded,
    }
    return Answer(200, _JSON, orjson.dumps({"decision_id": decision.id, "result": result}))


DIALECT: Final = Dialect(name="opa", path="/v1/data/stillwatch/decision", decide=_decide, write=_write)
