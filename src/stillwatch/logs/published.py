"""Published conversations, one row each, to one exchange for each user turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.wire.messages import chain_hashes
from stillwatch.wire.values import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Row


class Exchange(NamedTuple):
    """One user turn with its reply: the raw turns, and the columns that they give."""

    asked: dict[str, Any]
    answered: dict[str, Any]
    row: Row


def exchanges_of(conversation: list[Any]) -> Iterator[Exchange]:
    """Cut a conversation into exchanges; two user turns in a row are two, the first of them without a reply."""
    turns = [turn for turn in conversation if isinstance(turn, dict) and isinstance(turn.get("role"), str)]
    said = [turn["content"] if isinstance(turn.get("content"), str) else "" for turn in turns]
    hashes = chain_hashes([(turn["role"], content) for turn, content in zip(turns, said, strict=True)])
    number = parent = 0
    for place, turn in enumerate(turns):
        if turn["role"] != "user":
            continue
        number += 1
        has_reply = place + 1 < len(turns) and turns[place + 1]["role"] == "assistant"
        row: Row = {
            "operation": "chat",
            "prompt_text": text(said[place]),
            "reply_text": text(said[place + 1]) if has_reply else None,
            "turn": number,
            "chain_self": hashes[place],
            "chain_parent": parent,
        }
        parent = hashes[place]
        yield Exchange(turn, turns[place + 1] if has_reply else {}, row)
