"""The reply out of the body of any chat API's answer, whole or as a list of stream events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.wire.blocks import SIGNED_FIELDS, plain_text, read_content, signatures_of
from stillwatch.wire.messages import joined
from stillwatch.wire.usage import Usage, read_usage
from stillwatch.wire.values import clean, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterable

_FINISH_FIELDS: Final = ("finish_reason", "stop_reason", "stopReason", "finishReason", "completionReason")
_USAGE_FIELDS: Final = ("usage", "usageMetadata", "usage_metadata")


class Reply(NamedTuple):
    """What came back; the names are those of `core.exchange`."""

    reply_text: str | None
    reasoning_out: str | None
    finish_reasons: str | None
    response_id: str | None
    response_model: str | None
    usage: Usage


NO_REPLY: Final = Reply(None, None, None, None, None, Usage())


def read_reply(body: Any) -> Reply:
    """Read text, a reply body, or a list of reply messages (OTel, Langfuse)."""
    if isinstance(body, str):
        return NO_REPLY._replace(reply_text=text(body))
    if isinstance(body, list):
        return _gathered(body, {})
    if not isinstance(body, dict):
        return NO_REPLY
    choices = body.get("choices")
    if type(choices) is list and len(choices) == 1 and (found := _usual_reply(choices[0], body)) is not None:
        return found
    return _gathered(_answers(body), body)


def _usual_reply(choice: Any, body: dict[str, Any]) -> Reply | None:
    """The short way for one choice with plain text; None where there is more to see."""
    message = choice.get("message") if type(choice) is dict else None
    if type(message) is not dict or type(content := message.get("content")) is not str:
        return None
    if not message.keys().isdisjoint(SIGNED_FIELDS):
        return None
    return Reply(
        text(content),
        None,
        text(choice.get("finish_reason")),
        text(body.get("id")),
        text(body.get("model")),
        read_usage(body.get("usage")),
    )


def _answers(body: dict[str, Any]) -> list[Any]:
    """The messages that the body answers with: choices, candidates, output items, or itself."""
    for name in ("choices", "candidates", "results", "outputs", "generations"):
        if isinstance(found := body.get(name), list):
            return found
    output = body.get("output")
    if isinstance(output, list):
        return output
    if isinstance(output, dict):
        return [body | output]
    return [body]


def _gathered(answers: list[Any], body: dict[str, Any]) -> Reply:
    texts: list[str] = []
    signatures: list[str] = []
    reasons: list[str] = []
    for answer in answers:
        if isinstance(answer, str):
            texts.append(answer)
        elif isinstance(answer, dict):
            _read_answer(answer, texts, signatures, reasons)
    reasons.extend(found for found in (_finish_of(body),) if found and not reasons)
    return Reply(
        joined(texts) if texts else None,
        clean("\n".join(dict.fromkeys(signatures))) or None,
        clean(",".join(dict.fromkeys(reasons))) or None,
        text(body.get("id")) or text(body.get("responseId")),
        text(body.get("model")) or text(body.get("modelVersion")),
        _usage_of(body),
    )


def _read_answer(answer: dict[str, Any], texts: list[str], signatures: list[str], reasons: list[str]) -> None:
    if reason := _finish_of(answer):
        reasons.append(reason)
    if answer.get("type") == "reasoning":
        signatures.extend(signatures_of(answer))
        return
    inner = answer.get("message")
    message = inner if isinstance(inner, dict) else answer
    content = read_content(_said_by(message))
    if content.said:
        texts.append(content.said)
    signatures.extend(content.signatures)
    for name in SIGNED_FIELDS:
        if name in message:
            signatures.extend(signatures_of(message[name]))


def _said_by(message: dict[str, Any]) -> Any:
    for name in ("content", "parts", "text", "outputText", "generation", "completion", "refusal"):
        found = message.get(name)
        if isinstance(found, dict) and "parts" in found:
            return found["parts"]
        if found is not None:
            return found
    return None


def _finish_of(value: dict[str, Any]) -> str | None:
    for name in _FINISH_FIELDS:
        if isinstance(found := value.get(name), str) and found:
            return found
    status = value.get("status")  # Responses API: the reply as a whole
    return status if isinstance(status, str) and value.get("object") == "response" else None


def _usage_of(body: dict[str, Any]) -> Usage:
    for name in _USAGE_FIELDS:
        if body.get(name):
            return read_usage(body[name])
    return Usage()


def read_stream(events: Iterable[Any]) -> Reply:
    """Put the events of a stream together: OpenAI chunks, Anthropic and Bedrock events, Gemini chunks."""
    texts: list[str] = []
    signatures: list[str] = []
    reasons: list[str] = []
    identity: dict[str, Any] = {}
    usage: dict[str, Any] = {}
    for event in events:
        if not isinstance(event, dict):
            continue
        if isinstance(whole := event.get("response"), dict) and event.get("type") == "response.completed":
            return read_reply(whole)
        _read_event(event, texts, signatures, reasons)
        for part in (event, mapping(event.get("message"))):
            identity = _identity(part) | identity
            usage |= _raw_usage(part)
    return Reply(
        joined(["".join(texts)]),
        clean("\n".join(dict.fromkeys(signatures))) or None,
        clean(",".join(dict.fromkeys(reasons))) or None,
        text(identity.get("id")),
        text(identity.get("model")),
        read_usage(usage),
    )


def _read_event(event: dict[str, Any], texts: list[str], signatures: list[str], reasons: list[str]) -> None:
    for part in _event_parts(event):
        if reason := _finish_of(part):
            reasons.append(reason)
        delta = part.get("delta")
        found = delta if isinstance(delta, dict) else part
        if reason := _finish_of(found) if found is not part else None:
            reasons.append(reason)
        if isinstance(signature := found.get("signature"), str):
            signatures.extend(signatures_of({"type": "thinking", "signature": signature}))
        elif isinstance(delta, str):
            texts.append(delta)
        else:
            content = read_content(_said_by(found)) if not isinstance(found.get("text"), str) else None
            texts.append(plain_text(found["text"]) if content is None else content.said)
            signatures.extend(content.signatures if content is not None else ())


def _event_parts(event: dict[str, Any]) -> list[dict[str, Any]]:
    for name in ("choices", "candidates"):
        if isinstance(found := event.get(name), list):
            return [part for part in found if isinstance(part, dict)]
    for name in ("contentBlockDelta", "messageStop", "content_block"):
        if isinstance(inner := event.get(name), dict):
            return [inner]
    kind = event.get("type")
    return [event] if kind is None or (isinstance(kind, str) and kind.endswith("delta")) else []


def _identity(part: dict[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in ("id", "model") if isinstance(part.get(name), str)}


def _raw_usage(part: dict[str, Any]) -> dict[str, Any]:
    inner = part.get("metadata")
    for holder in (part, inner if isinstance(inner, dict) else {}):
        for name in _USAGE_FIELDS:
            if isinstance(found := holder.get(name), dict):
                return found
    return {}
