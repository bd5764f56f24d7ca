"""One exchange as Envoy's external processing tells it: message in, message out, no I/O.

A request is decided on when its body is whole. A reply that nothing is to be changed in goes on without us
(`mode_override`), one that must be rewritten and is no stream is asked for as a whole, and a stream is rewritten part
by part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decision import DENIALS, Exposed, Withhold
from stillwatch.core.errors import InputError
from stillwatch.core.request_facts import BodySeen
from stillwatch.faces.gateway.denial import denial_of, told_of
from stillwatch.faces.gateway.ext_proc_messages import ProcessingResponse
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.faces.gateway.proxy_refusal import Refusal
from stillwatch.faces.gateway.reply_kind import exposes, framing_of, learnt_of, may_be_text
from stillwatch.guard.obligations import apply_to_reply_bytes, apply_to_request, changes_reply, changes_request
from stillwatch.guard.reply_stream import ReplyStream
from stillwatch.wire.headers import Headers
from stillwatch.wire.json_bodies import read_json_body
from stillwatch.wire.loose_json import write_json
from stillwatch.wire.messages import read_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.faces.gateway.guard_point import Checked, GuardPoint

_OVERWRITE: Final = 2
"""`HeaderValueOption.HeaderAppendAction`: over what is there, or new."""
_BODY_NONE, _BODY_STREAMED, _BODY_BUFFERED = 0, 1, 2
"""`ProcessingMode.BodySendMode`."""
_UNREADABLE: Final = "The model's reply could not be read."


class ExtProcExchange:
    """Answers each message of one exchange.

    Args:
        point: Decides.
        request_id: Of our own making.
    """

    def __init__(self, point: GuardPoint, request_id: str) -> None:
        self._point = point
        self._request_id = request_id
        self._pairs: list[tuple[str, str]] = []
        self._body = bytearray()
        self._asked: Asked | None = None
        self._checked: Checked | None = None
        self._status = 0
        self._path = ""
        self._prompt = ""
        self._stream: ReplyStream | None = None
        self._tokens = 0
        self._signatures: tuple[str, ...] = ()
        self._response_id = ""

    def take(self, message: Any) -> Any:
        """The answer to a message; never an error that the exchange would hang on."""
        kind = message.WhichOneof("request")
        take = {
            "request_headers": self._request_head,
            "request_body": self._request_body,
            "response_headers": self._reply_head,
            "response_body": self._reply_body,
        }.get(kind)
        if take is None:
            return ProcessingResponse(**({kind: {}} if kind else {}))
        try:
            return take(getattr(message, kind))
        except Refusal as refusal:
            self._status = refusal.status
            body = refusal.body(self._path)
            return _immediate(refusal.status, (("content-type", "application/json"),), body)

    def close(self) -> None:
        """Book what the exchange has cost, when Envoy is done with it, and tell of it."""
        if self._checked is None or self._asked is None:
            return
        if self._stream is not None:
            self._tokens, self._signatures = self._stream.tokens, self._stream.signatures
            self._response_id = self._stream.response_id
        facts, decision = self._checked
        if decision.action not in DENIALS:
            self._point.guard.book_tokens(decision, self._tokens, self._point.clock())
            self._point.guard.bind_reasoning(facts, self._signatures)
        self._point.over(self._checked, self._asked, self._status, self._tokens, self._response_id)

    def _request_head(self, head: Any) -> Any:
        self._pairs = [(one.key, one.value or one.raw_value.decode("latin-1")) for one in head.headers.headers]
        return self._decided("request_headers") if head.end_of_stream else ProcessingResponse(request_headers={})

    def _request_body(self, part: Any) -> Any:
        self._body += part.body
        return self._decided("request_body") if part.end_of_stream else ProcessingResponse(request_body={})

    def _decided(self, stage: str) -> Any:
        named = {name: value for name, value in self._pairs if name.startswith(":")}
        self._path, _, query = named.get(":path", "/").partition("?")
        headers = Headers(pair for pair in self._pairs if not pair[0].startswith(":"))
        body = bytes(self._body)
        asked = Asked(named.get(":method", ""), self._path, query, headers, body, True, "")  # noqa: FBT003
        self._asked = asked
        self._checked = checked = self._point.checked(asked, self._path, self._request_id, is_whole=True)
        decision = checked.decision
        if decision.action in DENIALS:
            denial = denial_of(decision, self._path)
            self._status = denial.status
            return _immediate(denial.status, denial.headers, denial.body)
        kept = self._changed(body)
        told: list[tuple[str, str]] = []
        common: dict[str, Any] = {}
        if kept != body:
            common["body_mutation"] = {"body": kept}
            told.append(("content-length", str(len(kept))))
        if changes_reply(decision.obligations):
            told.append(("accept-encoding", "identity"))
        return ProcessingResponse(
            **{stage: {"response": common | {"header_mutation": {"set_headers": _headers(told)}}}}
        )

    def _changed(self, body: bytes) -> bytes:
        assert self._checked is not None  # noqa: S101  # decided a line above
        obligations = self._checked.decision.obligations
        if not body or not changes_request(obligations):
            return body
        seen, fields = read_json_body(body, is_whole=True)
        if seen is not BodySeen.WHOLE:
            raise Refusal(400, "The request's body must be a JSON object.")
        asked = read_request(fields)
        self._prompt = f"{asked.system_text or ''}\n{asked.prompt_text or ''}"
        kept = apply_to_request(fields, obligations, self._path)
        return body if kept is fields else write_json(kept)

    def _reply_head(self, head: Any) -> Any:
        if self._checked is None:
            return ProcessingResponse(response_headers={})
        decision = self._checked.decision
        headers = {one.key: one.value or one.raw_value.decode("latin-1") for one in head.headers.headers}
        self._status = int(status) if (status := headers.get(":status", "")).isdecimal() else 0
        kind = headers.get("content-type", "")
        is_changed = changes_reply(decision.obligations) and may_be_text(kind)
        framing = framing_of(kind)
        if is_changed and headers.get("content-encoding", "identity") != "identity":
            raise Refusal(502, _UNREADABLE)
        mode = _BODY_NONE
        if not head.end_of_stream and (is_changed or any(charge.counts_tokens for charge in decision.charges)):
            mode = _BODY_STREAMED if framing is not None else _BODY_BUFFERED
        if mode == _BODY_STREAMED and framing is not None:
            self._stream = ReplyStream(decision.obligations, framing, prompt=self._prompt)
        mutation: dict[str, Any] = {"set_headers": _headers(told_of(decision))}
        if is_changed and framing is not None:
            mutation["remove_headers"] = ["content-length"]
        return ProcessingResponse(
            response_headers={"response": {"header_mutation": mutation}}, mode_override={"response_body_mode": mode}
        )

    def _reply_body(self, part: Any) -> Any:
        if self._stream is None:
            return self._reply_whole(part)
        passed = self._stream.feed(part.body)
        if part.end_of_stream:
            passed += self._stream.close()
        return _body_answer(part.body, passed)

    def _reply_whole(self, part: Any) -> Any:
        """Asked for as a whole, so there is one part, whose length Envoy compares with what its head says."""
        kept = self._whole(part.body)
        return _body_answer(part.body, kept, (("content-length", str(len(kept))),))

    def _whole(self, data: bytes) -> bytes:
        assert self._checked is not None  # noqa: S101  # else nobody asked for the body
        obligations = self._checked.decision.obligations
        try:
            kept = apply_to_reply_bytes(data, obligations)
        except InputError as error:
            raise Refusal(502, _UNREADABLE) from error
        self._tokens, self._signatures, self._response_id = learnt_of(data, kept)
        is_withheld = obligations.withhold_reasoning is not Withhold.NO and obligations.if_exposed is Exposed.STOP
        if is_withheld and exposes(data, self._prompt):
            raise Refusal(400, "The reply was held back: it repeats reasoning that is not shown to this account.")
        return kept


def _headers(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"header": {"key": name, "raw_value": value.encode("latin-1", "replace")}, "append_action": _OVERWRITE}
        for name, value in pairs
    ]


def _immediate(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Any:
    mutation = {"set_headers": _headers(headers)}
    return ProcessingResponse(immediate_response={"status": {"code": status}, "headers": mutation, "body": body})


def _body_answer(given: bytes, passed: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Any:
    if passed == given:
        return ProcessingResponse(response_body={})
    mutation = {"body": passed} if passed else {"clear_body": True}
    common = {"body_mutation": mutation, "header_mutation": {"set_headers": _headers(headers)}}
    return ProcessingResponse(response_body={"response": common})
