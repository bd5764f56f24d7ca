"""What a model would answer, in the shapes of OpenAI's and Anthropic's APIs: whole, and as the events of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

CREATED = 1_790_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer from now on, and how badly to behave."""

    words: tuple[str, ...] = ("Hello", " there", ", friend", ".")
    """One chunk of a stream each, and one token."""
    thoughts: tuple[str, ...] = ()
    """Reasoning, in the same way."""
    signature: str = ""
    """Of the reasoning, where the API has one."""
    pause_s: float = 0.0
    """Between the chunks of a stream; before a whole reply once."""
    dies_after: int | None = None
    """Chunks of a stream after which the connection is cut."""
    status: int = 200
    """Another than 200 is answered with an error."""


def error() -> dict[str, Any]:
    return {"error": {"message": "the model is overloaded", "type": "server_error", "param": None, "code": None}}


def chat(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    words = _capped(body, answer)
    message = {"role": "assistant", "content": "".join(words)} | _thought("".join(answer.thoughts))
    choices = [
        {
            "index": number,
            "message": message,
            "finish_reason": "stop" if words == answer.words else "length",
            "logprobs": _logprobs(body, words),
        }
        for number in range(body.get("n") or 1)
    ]
    return _head("chat.completion", body) | {"choices": choices, "usage": _usage(body, answer)}


def chat_events(body: dict[str, Any], answer: Answer) -> Iterator[bytes]:
    head = _head("chat.completion.chunk", body)
    count = body.get("n") or 1
    for thought in answer.thoughts:
        for number in range(count):
            yield _data(head | {"choices": [_choice(number, _thought(thought), None)]})
    words = _capped(body, answer)
    for word in words:
        for number in range(count):
            found = _choice(number, {"role": "assistant", "content": word}, _logprobs(body, (word,)))
            yield _data(head | {"choices": [found]})
    for number in range(count):
        end = _choice(number, {}, None) | {"finish_reason": "stop" if words == answer.words else "length"}
        yield _data(head | {"choices": [end]})
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _data(head | {"choices": [], "usage": _usage(body, answer)})
    yield b"data: [DONE]\n\n"


def completion(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    words = _capped(body, answer)
    choices = [
        {"index": number, "text": "".join(words), "finish_reason": "stop", "logprobs": _legacy_logprobs(body, words)}
        for number in range(body.get("n") or 1)
    ]
    return _head("text_completion", body) | {"choices": choices, "usage": _usage(body, answer)}


def completion_events(body: dict[str, Any], answer: Answer) -> Iterator[bytes]:
    head = _head("text_completion", body)
    for word in _capped(body, answer):
        found = {"index": 0, "text": word, "finish_reason": None, "logprobs": _legacy_logprobs(body, (word,))}
        yield _data(head | {"choices": [found]})
    yield _data(head | {"choices": [{"index": 0, "text": "", "finish_reason": "stop", "logprobs": None}]})
    yield b"data: [DONE]\n\n"


def response(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    return _response(body, "completed", _items(body, answer), _response_usage(body, answer))


def response_events(body: dict[str, Any], answer: Answer) -> Iterator[bytes]:
    events = [{"type": "response.created", "response": _response(body, "in_progress", [], None)}]
    items = _items(body, answer)
    for number, item in enumerate(items):
        events.append({"type": "response.output_item.added", "output_index": number, "item": _opened(item)})
        place = {"item_id": item["id"], "output_index": number}
        if item["type"] == "reasoning":
            kind, name = "response.reasoning_summary_text.delta", "summary_index"
            events += [{"type": kind, name: 0, "delta": thought} | place for thought in answer.thoughts]
        else:
            part: dict[str, Any] = {"type": "output_text", "text": "", "annotations": []}
            at = place | {"content_index": 0}
            events.append({"type": "response.content_part.added", "part": part} | at)
            words = _capped(body, answer)
            kind = "response.output_text.delta"
            events += [{"type": kind, "delta": word, "logprobs": _flat_logprobs(body, (word,))} | at for word in words]
            done = {"type": "response.output_text.done", "text": "".join(words)}
            events.append(done | {"logprobs": _flat_logprobs(body, words)} | at)
            events.append({"type": "response.content_part.done", "part": item["content"][0]} | at)
        events.append({"type": "response.output_item.done", "output_index": number, "item": item})
    events.append({"type": "response.completed", "response": response(body, answer)})
    for number, event in enumerate(events):
        yield _event(event["type"], event | {"sequence_number": number})


def message(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    words = _capped(body, answer)
    content: list[dict[str, Any]] = [{"type": "text", "text": "".join(words)}]
    if answer.thoughts:
        thought = {"type": "thinking", "thinking": "".join(answer.thoughts), "signature": answer.signature}
        content.insert(0, thought)
    return _message(body, content, "end_turn", _message_usage(body, answer))


def message_events(body: dict[str, Any], answer: Answer) -> Iterator[bytes]:
    usage = _message_usage(body, answer) | {"output_tokens": 1}
    yield _event("message_start", {"type": "message_start", "message": _message(body, [], None, usage)})
    place = 0
    if answer.thoughts:
        yield _block_start(0, {"type": "thinking", "thinking": "", "signature": ""})
        for thought in answer.thoughts:
            yield _block_delta(0, {"type": "thinking_delta", "thinking": thought})
        yield _block_delta(0, {"type": "signature_delta", "signature": answer.signature})
        yield _event("content_block_stop", {"type": "content_block_stop", "index": 0})
        place = 1
    yield _block_start(place, {"type": "text", "text": ""})
    yield _event("ping", {"type": "ping"})
    for word in _capped(body, answer):
        yield _block_delta(place, {"type": "text_delta", "text": word})
    yield _event("content_block_stop", {"type": "content_block_stop", "index": place})
    end = {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": _message_usage(body, answer)}
    yield _event("message_delta", {"type": "message_delta"} | end)
    yield _event("message_stop", {"type": "message_stop"})


def embeddings(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    texts = body.get("input")
    count = len(texts) if isinstance(texts, list) else 1
    data = [{"object": "embedding", "index": number, "embedding": [0.0, 1.0]} for number in range(count)]
    usage = {"prompt_tokens": len(answer.words), "total_tokens": len(answer.words)}
    return {"object": "list", "model": body.get("model", ""), "data": data, "usage": usage}


def _capped(body: dict[str, Any], answer: Answer) -> tuple[str, ...]:
    """As many words as the request allows tokens."""
    names = ("max_tokens", "max_completion_tokens", "max_output_tokens")
    return answer.words[: next((body[name] for name in names if body.get(name)), None)]


def _head(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": CREATED, "model": body.get("model", "")}


def _thought(text: str) -> dict[str, Any]:
    """As vLLM and DeepSeek write it."""
    return {"reasoning_content": text} if text else {}


def _choice(number: int, delta: dict[str, Any], logprobs: dict[str, Any] | None) -> dict[str, Any]:
    return {"index": number, "delta": delta, "logprobs": logprobs, "finish_reason": None}


def _logprobs(body: dict[str, Any], words: tuple[str, ...]) -> dict[str, Any] | None:
    return {"content": _flat_logprobs({"top_logprobs": 2} | body, words)} if body.get("logprobs") else None


def _flat_logprobs(body: dict[str, Any], words: tuple[str, ...]) -> list[dict[str, Any]]:
    asked = body.get("top_logprobs") or 0
    one = {"logprob": -0.25, "bytes": None}
    return [{"token": word, "top_logprobs": [{"token": word} | one] * asked} | one for word in words] if asked else []


def _legacy_logprobs(body: dict[str, Any], words: tuple[str, ...]) -> dict[str, Any] | None:
    return {"tokens": list(words), "token_logprobs": [-0.25] * len(words)} if body.get("logprobs") else None


def _usage(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    written = len(_capped(body, answer)) + len(answer.thoughts)
    return {
        "prompt_tokens": 10,
        "completion_tokens": written,
        "total_tokens": 10 + written,
        "completion_tokens_details": {"reasoning_tokens": len(answer.thoughts)},
    }


def _items(body: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    words = _capped(body, answer)
    part = {"type": "output_text", "text": "".join(words), "annotations": [], "logprobs": _flat_logprobs(body, words)}
    said = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    if not answer.thoughts:
        return [said]
    summary = [{"type": "summary_text", "text": "".join(answer.thoughts)}]
    thought = {"id": "rs_1", "type": "reasoning", "summary": summary, "encrypted_content": answer.signature or None}
    return [thought, said]


def _opened(item: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {"summary": []} if item["type"] == "reasoning" else {"content": [], "status": "in_progress"}
    return item | empty


def _response(
    body: dict[str, Any], status: str, output: list[dict[str, Any]], usage: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "model": body.get("model", ""),
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage,
    }


def _response_usage(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    written = len(_capped(body, answer)) + len(answer.thoughts)
    return {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": len(answer.thoughts)},
        "total_tokens": 10 + written,
    }


def _message(
    body: dict[str, Any], content: list[dict[str, Any]], stop: str | None, usage: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", ""),
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
    }


def _message_usage(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    return {"input_tokens": 10, "output_tokens": len(_capped(body, answer)) + len(answer.thoughts)}


def _block_start(place: int, block: dict[str, Any]) -> bytes:
    return _event("content_block_start", {"type": "content_block_start", "index": place, "content_block": block})


def _block_delta(place: int, delta: dict[str, Any]) -> bytes:
    return _event("content_block_delta", {"type": "content_block_delta", "index": place, "delta": delta})


def _data(event: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(event) + b"\n\n"


def _event(name: str, event: dict[str, Any]) -> bytes:
    return b"event: " + name.encode() + b"\n" + _data(event)
