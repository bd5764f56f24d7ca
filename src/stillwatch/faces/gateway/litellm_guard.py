"""The guard inside of LiteLLM's proxy, as a guardrail of its configuration.

    guardrails:
      - guardrail_name: stillwatch
        litellm_params:
          guardrail: stillwatch.faces.gateway.litellm_guard.StillwatchGuard
          mode: [pre_call, post_call]
          default_on: true

Settings are those of `service.guard_settings`, in the file that the environment names (`faces.gateway.open_point`).
What is decided before the call is carried out there and on the reply; a chunk of a stream goes on when it comes. To
LiteLLM an exception of ours is a failed request, so that none but a denial may leave here: a fault of ours is answered
as the policy declares.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from litellm.integrations.custom_guardrail import CustomGuardrail
from litellm.proxy._types import ProxyException

from stillwatch.core.decision import DENIALS, NO_OBLIGATIONS, Withhold
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.denial import denial_of, error_of, message_of, told_of
from stillwatch.faces.gateway.litellm_call import (
    facts_of_call,
    logged_token,
    logged_tokens,
    metadata_of,
    note,
    prompt_of,
    token_of,
)
from stillwatch.faces.gateway.litellm_reply import LiteLLMReply
from stillwatch.faces.gateway.open_point import open_point
from stillwatch.guard.obligations import apply_to_request
from stillwatch.guard.read_request import facts_of_body

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stillwatch.core.decision import Decision
    from stillwatch.faces.gateway.litellm_reply import LiteLLMStream

_MOST_AWAITED: Final = 65_536
"""Calls whose reply is awaited; far more than one process answers at a time."""
_PASSED_THROUGH: Final = "pass_through_endpoint"
_OF_LITELLM: Final = frozenset(("content-type", "content-length"))
"""Headers of a denial that LiteLLM writes itself."""


class StillwatchGuard(CustomGuardrail):  # type: ignore[misc]  # LiteLLM runs us; it is not installed where types are checked
    use_native_lifecycle_hooks = True

    def __init__(self, **parameters: Any) -> None:
        """Open the guard; without settings or a policy LiteLLM does not start."""
        parameters["event_hook"] = ["pre_call", "post_call"]  # obligations are carried out on both
        super().__init__(**parameters)
        self._point = open_point().point
        self._awaited: dict[str, LiteLLMReply] = {}

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any] | None:
        """Refuse, or give the request that goes on where it is another one."""
        del cache
        began = time.perf_counter()
        token = secrets.token_hex(8)
        facts = RequestFacts(token, self._point.clock())
        identity, templates = self._point.identity, self._point.templates
        try:
            facts = facts_of_call(user_api_key_dict, data, request_id=token, at=facts.at, identity=identity)
            facts = facts_of_body(facts, data, identity=identity, templates=templates)
            decision = self._point.guard.check(facts)
            changed = None
            if decision.action not in DENIALS:
                changed = self._carried_out(data, facts, decision, is_replied=call_type != _PASSED_THROUGH)
        except _UnheardError as error:
            decision = self._point.guard.fail(facts, str(error))
        except Exception as error:  # noqa: BLE001  # no request may be lost to a fault of ours
            decision = self._point.guard.fail(facts, type(error).__name__)
        if self._point.took is not None:
            self._point.took(time.perf_counter() - began)
        if decision.action in DENIALS:
            raise _refusal(decision, facts.path)
        return changed

    async def async_post_call_success_hook(self, data: dict[str, Any], user_api_key_dict: Any, response: Any) -> Any:
        """Rewrite a whole reply."""
        del user_api_key_dict
        reply = self._awaited.get(token_of(data))
        if reply is None:
            return response
        try:
            return reply.whole(response)
        except Exception as error:  # noqa: BLE001  # same
            self._fail(reply, error)
            return response

    async def async_post_call_streaming_iterator_hook(
        self, user_api_key_dict: Any, response: Any, request_data: dict[str, Any]
    ) -> AsyncGenerator[Any, None]:
        """Rewrite a stream, each chunk as it comes."""
        del user_api_key_dict
        reply = self._awaited.get(token_of(request_data))
        if reply is None or not reply.is_read:
            async for chunk in response:
                yield chunk
            return
        stream = reply.stream()
        try:
            async for chunk in response:
                for one in self._rewritten(reply, stream, chunk):
                    yield one
                if stream.is_stopped:
                    return
            for one in stream.close():
                yield one
        finally:
            stream.bind()

    async def async_post_call_response_headers_hook(
        self,
        data: dict[str, Any],
        user_api_key_dict: Any,
        response: Any,
        request_headers: dict[str, str] | None = None,
    ) -> dict[str, str] | None:
        """Say which visible rules have changed an answer."""
        del user_api_key_dict, response, request_headers
        reply = self._awaited.get(token_of(data))
        return dict(told_of(reply.decision)) if reply is not None else None

    async def async_log_success_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Book the tokens that a call has cost."""
        del response_obj, start_time, end_time
        reply = self._awaited.get(logged_token(kwargs))
        if reply is not None:
            reply.book(logged_tokens(kwargs), self._point.clock())

    def _carried_out(
        self, data: dict[str, Any], facts: RequestFacts, decision: Decision, *, is_replied: bool
    ) -> dict[str, Any] | None:
        """The request that goes on, None for the one that came; what is left to be done is noted.

        Raises:
            _UnheardError: Something must be withheld from a reply that we will not be shown.
        """
        obligations = decision.obligations
        withholds = obligations.withhold_reasoning is not Withhold.NO
        reply = LiteLLMReply(self._point.guard, facts, decision, prompt_of(data) if withholds else "")
        if not reply.is_awaited and obligations == NO_OBLIGATIONS:
            return None
        metadata = metadata_of(data) if is_replied else None
        if metadata is not None:
            self._await(facts.request_id, reply)
            note(metadata, facts.request_id, obligations.tags)
        elif withholds:
            raise _UnheardError("the reply is not shown on this route")
        changed = apply_to_request(data, obligations._replace(tags=()), facts.path)
        return None if changed is data else changed

    def _rewritten(self, reply: LiteLLMReply, stream: LiteLLMStream, chunk: Any) -> list[Any]:
        """What goes on in place of a chunk of a stream."""
        try:
            return stream.feed(chunk)
        except Exception as error:  # noqa: BLE001  # no request may be lost to a fault of ours
            self._fail(reply, error)
            return [chunk]

    def _await(self, token: str, reply: LiteLLMReply) -> None:
        """Remember; the oldest give way, since nobody tells us of calls whose client went away."""
        if len(self._awaited) >= _MOST_AWAITED:
            for old in list(self._awaited)[: _MOST_AWAITED // 8]:
                del self._awaited[old]
        self._awaited[token] = reply

    def _fail(self, reply: LiteLLMReply, error: Exception) -> None:
        """A reply could not be read: refuse it where the policy declares so."""
        decision = self._point.guard.fail(reply.facts, f"reply: {type(error).__name__}")
        if decision.action in DENIALS:
            raise _refusal(decision, reply.facts.path) from error


class _UnheardError(Exception):
    """An obligation that cannot be carried out here."""


def _refusal(decision: Decision, path: str) -> Exception:
    """The one error whose headers LiteLLM keeps on every route; it writes the body in the shape of the API."""
    denial = denial_of(decision, path)
    headers = {name: value for name, value in denial.headers if name not in _OF_LITELLM}
    kind = error_of(decision, "")["error"]["type"]
    refusal: Exception = ProxyException(message_of(decision), kind, None, denial.status, headers)
    return refusal
