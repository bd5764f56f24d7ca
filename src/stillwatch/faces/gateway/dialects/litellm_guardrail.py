"""LiteLLM's generic guardrail API: the proxy posts what it is about to send to the model.

Sees: messages, tools, model, the key's hash, user, team, organisation and end user. Neither address nor parameters, and
of most headers only that they are there.
Does: block. LiteLLM turns it into a 400, so a throttled request says its wait in the reason. What a policy would change
in a request cannot be changed here; use `faces.gateway.litellm_guard` in the proxy itself for that.
Fails: `unreachable_fallback: fail_closed` (LiteLLM's default) or `fail_open`; a document that cannot be read gets the
policy's `on_failure`.
Set up:

    guardrails:
      - guardrail_name: stillwatch
        litellm_params:
          guardrail: generic_guardrail_api
          mode: pre_call
          api_base: http://127.0.0.1:8088
          unreachable_fallback: fail_open
          default_on: true

Replies (`input_type: response`) are let through unread. References: docs.litellm.ai, "Generic Guardrail API".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.decision import DENIALS, Action
from stillwatch.faces.gateway.denial import message_of
from stillwatch.faces.gateway.dialect import Dialect, Document
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.wire.account_of import account_of
from stillwatch.wire.values import mapping, text

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.guard_point import GuardPoint

_NOTHING: Final = Answer(200, (("content-type", "application/json"),), b'{"action":"NONE"}')
_BODY: Final = ("model", "tools")


def _decide(document: Document, facts: RequestFacts, point: GuardPoint) -> Decision | None:
    if document.get("input_type") == "response":
        return None
    key = mapping(document.get("request_data"))
    user_id, api_key_id = text(key.get("user_api_key_user_id")), text(key.get("user_api_key_hash"))
    facts = facts._replace(
        request_id=text(document.get("litellm_call_id")) or "",
        session_id=text(document.get("litellm_trace_id")) or "",
        account_id=account_of(user_id, api_key_id) or "",
        api_key_id=api_key_id or "",
        user_id=user_id or "",
        org_id=text(key.get("user_api_key_org_id")) or "",
        team_id=text(key.get("user_api_key_team_id")) or "",
        end_user_id=text(key.get("user_api_key_end_user_id")) or "",
    )
    body = {name: document[name] for name in _BODY if name in document}
    return point.check_body(facts, body | {"messages": _messages(document)})


def _messages(document: Document) -> object:
    """As they were sent; of calls that have none, such as embeddings, their texts."""
    messages = document.get("structured_messages")
    if messages:
        return messages
    texts = document.get("texts")
    return [{"role": "user", "content": one} for one in texts] if isinstance(texts, list) else []


def _write(document: Document, decision: Decision | None) -> Answer:
    del document
    if decision is None or decision.action not in DENIALS:
        return _NOTHING
    wait = ""
    if decision.action is Action.THROTTLE:
        wait = f" Try again in {max(1, math.ceil(decision.retry_after_s))} s."
    told = {"action": "BLOCKED", "blocked_reason": message_of(decision) + wait}
    return Answer(200, _NOTHING.headers, orjson.dumps(told))


DIALECT: Final = Dialect(
    name="litellm_guardrail", path="/beta/litellm_basic_guardrail_api", decide=_decide, write=_write
)
