"""The signed and encrypted blocks of reasoning that a reply hands out.

>>> seen = SignaturesSeen()
>>> seen.see({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "ab"}})
>>> seen.see({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c"}})
>>> seen.found
('abc',)

They are told in the short form that a request's are read in (`wire.blocks.short_signature`), so that the two compare.
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.wire.blocks import short_signature, signatures_of
from stillwatch.wire.replies import read_reply

MARKS: Final = (b'ignature"', b"encrypted", b"redacted", b'"type":"reasoning"', b'"type": "reasoning"')
"""One of these is in each event that hands a block out."""
_SIGNED: Final = ("thinking_blocks", "reasoning_details", "reasoning_items")
_ADDED: Final = "response.output_item.added"
"""Opens an item that is not yet whole: what it signs comes with its end."""
_MOST: Final = 256
"""Blocks of one reply that are noted; a reply has a handful."""


class SignaturesSeen:
    """Gathers them from the events of one reply, or from a whole one."""

    def __init__(self) -> None:
        self._whole: dict[str, None] = {}
        self._parts: dict[int, str] = {}
        """Number of a block → its signature so far: engines may send one in pieces."""

    @property
    def found(self) -> tuple[str, ...]:
        parts = (short_signature(part) for part in self._parts.values() if part)
        return tuple(dict.fromkeys((*self._whole, *parts)))[:_MOST]

    def see(self, event: dict[str, Any]) -> None:
        """Look at one event of a stream."""
        delta, block, item = event.get("delta"), event.get("content_block"), event.get("item")
        if isinstance(delta, dict) and isinstance(signature := delta.get("signature"), str):
            index = event.get("index")
            number = index if isinstance(index, int) else 0
            if number in self._parts or len(self._parts) < _MOST:
                self._parts[number] = self._parts.get(number, "") + signature
        elif isinstance(block, dict):
            self._note(block)
        elif isinstance(item, dict) and item.get("type") == "reasoning" and event.get("type") != _ADDED:
            self._note(item)
        elif isinstance(choices := event.get("choices"), list):
            for choice in choices:
                self._see_choice(choice)

    def see_whole(self, body: dict[str, Any]) -> None:
        """Look at a whole reply."""
        found = read_reply(body).reasoning_out
        for signature in found.split("\n") if found else ():
            self._whole[signature] = None

    def _see_choice(self, choice: Any) -> None:
        if not isinstance(choice, dict):
            return
        for holder in (choice.get("delta"), choice.get("message")):
            for name in _SIGNED:
                if isinstance(holder, dict) and holder.get(name):
                    self._note(holder[name])

    def _note(self, blocks: Any) -> None:
        for signature in signatures_of(blocks):
            if len(self._whole) < _MOST:
                self._whole[signature] = None
