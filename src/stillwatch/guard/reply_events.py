"""Carry out a decision's obligations on the events of one streamed reply, whatever API it is of.

>>> from stillwatch.core.decision import Obligations, Withhold
>>> events = ReplyEvents(Obligations(withhold_reasoning=Withhold.STRIP))
>>> events.rewrite({"choices": [{"index": 0, "delta": {"reasoning_content": "First..."}}]})
[{'choices': [{'index': 0, 'delta': {}}]}]

A chunk of a chat is passed on without what it must not hold. Of Anthropic's messages and OpenAI's responses, where
reasoning has blocks and events of its own, those are left out and what follows is numbered anew, since programs find a
block by its number. Where reasoning is summarised the block stays, with our note in it. An event that none of these
APIs knows goes on untouched: the same object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decision import Withhold
from stillwatch.guard.obligations import coarsened, note_of
from stillwatch.guard.reply_fields import (
    is_reasoning_block,
    message_without_reasoning,
    noted_block,
    noted_item,
    reply_without_reasoning,
    without_logprobs_of_reasoning,
)

if TYPE_CHECKING:
    from stillwatch.core.decision import Obligations

_REASONING_DELTAS: Final = frozenset(
    ("thinking_delta", "signature_delta", "reasoning_delta", "redacted_thinking_delta")
)


class ReplyEvents:
    """Rewrites the events of one reply, in their order.

    Args:
        obligations: What to leave out.
    """

    def __init__(self, obligations: Obligations) -> None:
        self._obligations = obligations
        self._withholds = obligations.withhold_reasoning is not Withhold.NO
        self._note = note_of(obligations)
        self._noted: set[int] = set()
        """Choices of a chat that have had their note."""
        self._left_out: set[int] = set()
        """Numbers, as the engine counts, of the blocks or items that are left out."""
        self._emptied: set[int] = set()
        """Numbers of those that stay with a note in them."""

    def rewrite(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """What goes on in place of an event: nothing, one event, or it and the note that belongs behind it."""
        event = coarsened(event, self._obligations)
        if not self._withholds:
            return [event]
        if isinstance(event.get("choices"), list):
            return [self._chunk(event)]
        kind = event.get("type")
        if isinstance(kind, str):
            if kind.startswith("content_block_"):
                return self._block_event(kind, event)
            if kind.startswith("response."):
                return self._response_event(kind, event)
        return [reply_without_reasoning(event, self._note)]

    def _chunk(self, event: dict[str, Any]) -> dict[str, Any]:
        """A chunk of a chat or a completion; each choice has its note once."""
        kept = [self._choice(choice) for choice in event["choices"]]
        if all(new is old for new, old in zip(kept, event["choices"], strict=True)):
            return event
        return event | {"choices": kept}

    def _choice(self, choice: Any) -> Any:
        if not isinstance(choice, dict):
            return choice
        index = _number(choice, "index")
        note = "" if index in self._noted else self._note
        changed: dict[str, Any] = {}
        for name in ("delta", "message"):
            inner = choice.get(name)
            if isinstance(inner, dict) and (kept := message_without_reasoning(inner, note)) is not inner:
                changed[name] = kept
                self._noted.add(index)
        kept = message_without_reasoning(choice | changed if changed else choice, "")
        return without_logprobs_of_reasoning(kept, choice)

    def _block_event(self, kind: str, event: dict[str, Any]) -> list[dict[str, Any]]:
        """An event about one block of Anthropic's messages."""
        index = _number(event, "index")
        if kind == "content_block_start" and is_reasoning_block(event.get("content_block")):
            return self._block_start(event)
        delta = event.get("delta")
        if isinstance(delta, dict) and str(delta.get("type")) in _REASONING_DELTAS:
            return []
        if index in self._left_out or (index in self._emptied and kind == "content_block_delta"):
            return []
        return [self._renumbered(event, "index")]

    def _block_start(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        (self._emptied if self._note else self._left_out).add(_number(event, "index"))
        if not self._note:
            return []
        start = self._renumbered(event | {"content_block": noted_block(self._note)}, "index")
        start["content_block"]["thinking"] = ""
        delta = {"type": "thinking_delta", "thinking": self._note}
        return [start, {"type": "content_block_delta", "index": start.get("index"), "delta": delta}]

    def _response_event(self, kind: str, event: dict[str, Any]) -> list[dict[str, Any]]:
        """An event of OpenAI's responses."""
        if kind.startswith("response.reasoning"):
            return []
        item, part = event.get("item"), event.get("part")
        if isinstance(item, dict) and is_reasoning_block(item):
            return self._item_event(kind, event, item)
        if isinstance(whole := event.get("response"), dict):
            kept = reply_without_reasoning(whole, self._note)
            return [event if kept is whole else event | {"response": kept}]
        index = _number(event, "output_index")
        if index in self._left_out or index in self._emptied or _is_reasoning_part(part):
            return []
        return [self._renumbered(event, "output_index")]

    def _item_event(self, kind: str, event: dict[str, Any], item: dict[str, Any]) -> list[dict[str, Any]]:
        kept = noted_item(item, self._note)
        (self._left_out if kept is None else self._emptied).add(_number(event, "output_index"))
        if kept is None:
            return []
        if kind.endswith(".added"):
            kept["summary"] = []
        return [self._renumbered(event | {"item": kept}, "output_index")]

    def _renumbered(self, event: dict[str, Any], field: str) -> dict[str, Any]:
        """Its block or item counted without those that are left out."""
        if not self._left_out:
            return event
        index = _number(event, field)
        before = sum(0 <= one < index for one in self._left_out)
        return event | {field: index - before} if before else event


def _number(event: dict[str, Any], field: str) -> int:
    """Of its block, item or choice; -1 where it names none."""
    found = event.get(field)
    return found if isinstance(found, int) else -1


def _is_reasoning_part(part: Any) -> bool:
    return isinstance(part, dict) and str(part.get("type")) in {"reasoning_text", "summary_text", "reasoning"}
