"""Portkey's guardrail web hook (`default.webhook`): the gateway posts request, metadata and provider.

Sees: the request's JSON, the model's provider and the metadata; no header and no address. Who it is must be in the
metadata: `account_id`, `api_key_id`, `user_id`, `org_id`, `team_id`, or Portkey's own `_user`. Set it where the caller
cannot write it, as default metadata of the API key; what comes in `x-portkey-metadata` anybody can claim.
Does: refuse (446, or 246 where the guardrail does not deny; the reason, the status and the wait stand in
`hook_results`), and rewrite the request: log-probabilities left out, tokens and choices capped, another model.
Fails: where no answer comes within `timeout` (3000 ms if not given) Portkey lets the request through, or refuses it
(446) where the check says `"failOnError": true`; a document that cannot be read gets the policy's `on_failure`.
Shows: Portkey hands `hook_results` to the customer, with the address of the web hook; keep secrets out of it.
Set up, in a config (`examples/guard/portkey-config.json`):

    {"before_request_hooks": [{"type": "guardrail", "deny": true, "checks": [
      {"id": "default.webhook", "parameters": {"webhookURL": "http://127.0.0.1:8088/portkey", "timeout": 1000}}]}]}

Run against Portkey's gateway 1.15.2. Replies (`eventType: afterRequestHook`) are let through unread.
References: portkey.ai, "Bring your own guardrails".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.decision import DENIALS
from stillwatch.faces.gateway.denial import denial_of, error_of
from stillwatch.faces.gateway.dialect import Dialect, Document
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.guard.obligations import apply_to_request
from stillwatch.wire.values import first_text, mapping, text

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.guard_point import GuardPoint

_JSON: Final = (("content-type", "application/json"),)
_KNOWN: Final = ("api_key_id", "user_id", "org_id", "team_id", "session_id")


def _decide(document: Document, facts: RequestFacts, point: GuardPoint) -> Decision | None:
    if document.get("eventType") == "afterRequestHook":
        return None
    metadata = mapping(document.get("metadata"))
    known: dict[str, Any] = {name: text(metadata.get(name)) or "" for name in _KNOWN}
    known["account_id"] = first_text(metadata.get("account_id"), metadata.get("_user")) or ""
    return point.check_body(facts._replace(**known), _request(document))


def _write(document: Document, decision: Decision | None) -> Answer:
    told: dict[str, Any] = {"verdict": True}
    if decision is not None and decision.action in DENIALS:
        denial = denial_of(decision, "")
        headers = dict(denial.headers)
        told = {
            "verdict": False,
            "data": {"status": denial.status, "retry_after": headers.get("retry-after"), **error_of(decision, "")},
        }
    elif decision is not None:
        request = _request(document)
        changed = apply_to_request(request, decision.obligations)
        if changed is not request:
            told["transformedData"] = {"request": {"json": changed}}
    return Answer(200, _JSON, orjson.dumps(told))


def _request(document: Document) -> dict[str, Any]:
    return mapping(mapping(document.get("request")).get("json"))


DIALECT: Final = Dialect(name="portkey", path="/portkey", decide=_decide, write=_write)
