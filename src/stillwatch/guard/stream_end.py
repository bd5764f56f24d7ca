"""End a stream in the middle as its API ends one that a content filter has stopped, so that clients end well too.

>>> end = StreamEnd()
>>> end.see({"id": "c-1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "So"}}]})
>>> end.events()[0]["choices"]
[{'index': 0, 'delta': {}, 'finish_reason': 'content_filter'}]
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.wire.loose_json import read_json

DONE: Final = "[DONE]"
"""What OpenAI's chat and completions put behind the last event."""
DONE_DATA: Final = DONE.encode()
_LAST: Final = frozenset(("message_stop", "response.completed", "response.incomplete", "response.failed"))
_ENVELOPE: Final = ("id", "object", "created", "created_at", "model", "system_fingerprint", "service_tier")
_MOST_CHOICES: Final = 128
_FILTERED: Final = "content_filter"


def is_last(data: bytes) -> bool:
    """Whether an event's data say that the reply is over; clients leave when they have seen it.

    >>> is_last(b"[DONE]"), is_last(b'{"type":"message_stop"}'), is_last(b'{"message":{},"done":true}')
    (True, True, True)
    >>> is_last(b'{"choices":[{"delta":{"content":"[DONE]"}}]}'), is_last(b"")
    (False, False)
    """
    if data.strip() == DONE_DATA:
        return True
    try:
        found = read_json(data)
    except ValueError:
        return False
    return isinstance(found, dict) and (found.get("type") in _LAST or found.get("done") is True)


class StreamEnd:
    """Remembers of the events that went on what their end must repeat."""

    def __init__(self) -> None:
        self._envelope: dict[str, Any] = {}
        self._choices: dict[int, bool] = {}
        """Number of a choice → whether it is a chat's."""
        self._response: dict[str, Any] | None = None
        self._is_message = False
        self._open_block: int | None = None
        self._sequence = 0

    def see(self, event: dict[str, Any]) -> None:
        """Look at an event that goes on to the customer."""
        kind = event.get("type")
        if isinstance(choices := event.get("choices"), list):
            self._envelope = self._envelope or {name: event[name] for name in _ENVELOPE if name in event}
            for choice in choices:
                if isinstance(choice, dict) and len(self._choices) < _MOST_CHOICES:
                    index = choice.get("index")
                    self._choices[index if isinstance(index, int) else 0] = "delta" in choice
        elif isinstance(kind, str) and kind.startswith("response."):
            self._see_response(event)
        elif isinstance(kind, str):
            self._see_message(kind, event)
        elif "done" in event:
            self._envelope = {name: event[name] for name in _ENVELOPE if name in event} | {
                name: {"role": "assistant", "content": ""} if name == "message" else ""
                for name in ("message", "response")
                if name in event
            }

    def events(self) -> list[Any]:
        """What to send behind the last event that went on; `DONE` is no object."""
        if self._response is not None:
            return [self._end_of_response(self._response)]
        if self._is_message:
            return self._end_of_message()
        if self._choices:
            choices = [
                {"index": index, **({"delta": {}} if is_chat else {"text": ""}), "finish_reason": _FILTERED}
                for index, is_chat in sorted(self._choices.items())
            ]
            return [self._envelope | {"choices": choices}, DONE]
        return [self._envelope | {"done": True, "done_reason": _FILTERED}] if self._envelope else []

    def _see_response(self, event: dict[str, Any]) -> None:
        sequence = event.get("sequence_number")
        self._sequence = sequence if isinstance(sequence, int) else self._sequence
        if isinstance(whole := event.get("response"), dict):
            self._response = whole

    def _see_message(self, kind: str, event: dict[str, Any]) -> None:
        index = event.get("index")
        if kind == "message_start":
            self._is_message = True
        elif kind == "content_block_start" and isinstance(index, int):
            self._open_block = index
        elif kind == "content_block_stop":
            self._open_block = None

    def _end_of_response(self, whole: dict[str, Any]) -> dict[str, Any]:
        ended = whole | {"status": "incomplete", "incomplete_details": {"reason": _FILTERED}}
        return {"type": "response.incomplete", "sequence_number": self._sequence + 1, "response": ended}

    def _end_of_message(self) -> list[Any]:
        stop = [] if self._open_block is None else [{"type": "content_block_stop", "index": self._open_block}]
        delta = {"stop_reason": "refusal", "stop_sequence": None}
        return [
            *stop,
            {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 0}},
            {"type": "message_stop"},
        ]
