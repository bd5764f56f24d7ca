"""The reply to a call that was let through LiteLLM's proxy: rewritten as the decision says, whole or as a stream.

LiteLLM's hooks hand replies over as its own objects, as plain dictionaries, or as bytes of a stream, depending on the
route. All are brought to what `guard.obligations` and `guard.reply_stream` read, and back; where nothing is changed the
very object that came goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.guard.obligations import apply_to_reply, changes_reply
from stillwatch.guard.reply_stream import ReplyStream
from stillwatch.guard.signatures_seen import SignaturesSeen
from stillwatch.wire.event_frames import Framing
from stillwatch.wire.loose_json import read_json, write_json

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.guard import Guard

_CARRIED: Final = ("_hidden_params", "_response_headers")
"""What LiteLLM keeps beside the fields of a reply, for its own headers and logs."""
_DONE: Final = b"[DONE]"


class LiteLLMReply:
    """One call, once it was let through.

    Args:
        guard: Told of signed reasoning that is handed out, and of tokens.
        facts: Of the request.
        decision: On it.
        prompt: What the customer has said, for `guard.exposure`.
    """

    def __init__(self, guard: Guard, facts: RequestFacts, decision: Decision, prompt: str) -> None:
        self._guard = guard
        self._prompt = prompt
        self.facts = facts
        self.decision = decision
        self.is_read = changes_reply(decision.obligations) or guard.guarded.binds_reasoning
        """Whether it must be looked into."""

    @property
    def is_awaited(self) -> bool:
        """Whether anything is left to be done about it."""
        return self.is_read or bool(self.decision.applied) or any(one.counts_tokens for one in self.decision.charges)

    def book(self, tokens: int, at: float) -> None:
        self._guard.book_tokens(self.decision, tokens, at)

    def whole(self, reply: Any) -> Any:
        """The reply to hand out."""
        body = as_dict(reply) if self.is_read else None
        if body is None:
            return reply
        kept = apply_to_reply(body, self.decision.obligations)
        seen = SignaturesSeen()
        seen.see_whole(kept)
        self._guard.bind_reasoning(self.facts, seen.found)
        return reply if kept is body else like(reply, kept)

    def stream(self) -> LiteLLMStream:
        return LiteLLMStream(self._guard, self.facts, self.decision, self._prompt)


class LiteLLMStream:
    """One streamed reply, chunk by chunk."""

    def __init__(self, guard: Guard, facts: RequestFacts, decision: Decision, prompt: str) -> None:
        self._guard = guard
        self._facts = facts
        self._events = ReplyStream(decision.obligations, Framing.LINES, prompt=prompt)
        self._bytes = ReplyStream(decision.obligations, Framing.EVENTS, prompt=prompt)

    @property
    def is_stopped(self) -> bool:
        """Whether it was ended since it exposed what it withholds."""
        return self._events.is_stopped or self._bytes.is_stopped

    def feed(self, chunk: Any) -> list[Any]:
        """What goes on in place of a chunk."""
        if isinstance(chunk, bytes | str):
            data = chunk.encode() if isinstance(chunk, str) else chunk
            kept = self._bytes.feed(data)
            return [chunk if kept is data else kept] if kept else []
        body = as_dict(chunk)
        if body is None:
            return [chunk]
        line = write_json(body) + b"\n"
        kept = self._events.feed(line)
        if kept == line:
            return [chunk]
        # The end of a stream LiteLLM writes itself.
        return [like(chunk, read_json(one)) for one in kept.splitlines() if one and one != _DONE]

    def close(self) -> list[Any]:
        """What is left when the engine is done."""
        rest = self._bytes.close()
        return [rest] if rest else []

    def bind(self) -> None:
        """Note the signed reasoning that was handed out, whether or not the stream came to its end."""
        self._guard.bind_reasoning(self._facts, (*self._events.signatures, *self._bytes.signatures))


def as_dict(reply: Any) -> dict[str, Any] | None:
    """The fields of a reply; None for what has none, such as audio."""
    if isinstance(reply, dict):
        return reply
    dump = getattr(reply, "model_dump", None)
    found = dump(mode="json") if callable(dump) else None
    return found if isinstance(found, dict) else None


def like(reply: Any, fields: dict[str, Any]) -> Any:
    """A reply of the same kind with these fields."""
    if isinstance(reply, dict):
        return fields
    made = type(reply)(**fields)
    for name in _CARRIED:
        if (carried := getattr(reply, name, None)) is not None:
            setattr(made, name, carried)
    return made
