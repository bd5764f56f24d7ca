"""What a request asks now: its newest user turn, its system text, and the reasoning that it hands in.

>>> talk = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "?"}, {"role": "user", "content": "Go"}]
>>> read_newest({"messages": talk}).prompt_text
'Go'

Equal to what `wire.messages.read_request` finds, at the cost of a glance at each message: the text of earlier turns and
of tools' results, nearly all of a coding agent's body, is neither joined nor hashed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.wire.blocks import (
    SIGNED_FIELDS,
    holds_results_alone,
    plain_text,
    read_content,
    signatures_in,
    signatures_of,
)
from stillwatch.wire.messages import as_messages, content_of, conversation_in, joined, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_TALKERS: Final = ("user", "assistant")
_SPEAKERS: Final = (*_TALKERS, "tool")


class Newest(NamedTuple):
    prompt_text: str | None
    system_text: str | None
    signatures: tuple[str, ...]
    """Short forms of the signatures of reasoning blocks, each once, in order."""


NOTHING_ASKED = Newest(None, None, ())


def read_newest(body: dict[str, Any]) -> Newest:
    """Read the body of a request to any chat API."""
    asked = conversation_in(body)
    if asked is None:
        return NOTHING_ASKED
    messages = as_messages(asked.messages)
    systems: list[str] = [] if asked.system is None else [plain_text(asked.system)]
    signatures: list[str] = []
    for message in messages:
        if isinstance(message, dict) and not _is_silent(message):
            _glance(message, systems, signatures)
    said = _newest_turn(messages)
    return Newest(
        joined(["\n".join(said)]) if said else None,
        joined(systems) if systems else None,
        tuple(dict.fromkeys(filter(None, signatures))) if signatures else (),
    )


def _is_silent(message: dict[str, Any]) -> bool:
    """Whether nothing but a role and text, or a role and tools' results: nearly all messages, told quickly."""
    if len(message) != 2 or message.get("role") not in _SPEAKERS:
        return False
    content = message.get("content")
    return type(content) is str or (holds_results_alone(content) and not _holds_thoughts(content))


def _holds_thoughts(blocks: Any) -> bool:
    return any("thoughtSignature" in block or "thought_signature" in block for block in blocks)


def _glance(message: dict[str, Any], systems: list[str], signatures: list[str]) -> None:
    """Take a message's system text and signatures."""
    role = role_of(message)
    if role is None:
        signatures.extend(signatures_of(message))
        return
    content = content_of(message)
    if role == "system":
        read = read_content(content)
        if read.said or read.returned is None:
            systems.append(read.said)
        signatures.extend(read.signatures)
    elif type(content) is not str:
        signatures.extend(signatures_in(content))
    for name in SIGNED_FIELDS:
        if name in message:
            signatures.extend(signatures_of(message[name]))


def _newest_turn(messages: list[Any]) -> list[str]:
    """The texts of the last user messages in a row, in order; none where no user has spoken."""
    said: list[str] = []
    for message in reversed(messages):
        if _is_plain_turn(message):
            if message["role"] == "user":
                said.append(message["content"])
            elif said:
                break
            continue
        if not said and _is_of_no_user(message):
            continue
        for role, text in _turns_of(message, is_started=bool(said)):
            if role == "user":
                said.append(text)
            elif said:
                return said[::-1]
    return said[::-1]


def _is_plain_turn(message: Any) -> bool:
    """Whether nothing but text of the user or the assistant: the usual message, told quickly."""
    return (
        type(message) is dict
        and len(message) == 2
        and type(message.get("content")) is str
        and message.get("role") in _TALKERS
    )


def _is_of_no_user(message: Any) -> bool:
    """Whether no user speaks in it, told quickly of nearly all."""
    if type(message) is not dict:
        return False
    role = message.get("role")
    if role in ("assistant", "tool"):
        return True
    return role == "user" and len(message) == 2 and holds_results_alone(message.get("content"))


def _turns_of(message: Any, *, is_started: bool) -> Iterator[tuple[str, str]]:
    """The (role, text) turns that one message stands for, the last first; text only of users."""
    if isinstance(message, str):
        yield "user", message
    if not isinstance(message, dict) or (role := role_of(message)) is None:
        return
    if role not in ("user", "system") and not is_started:
        return
    content = content_of(message)
    if holds_results_alone(content):
        if role != "assistant":
            yield "tool", ""
        return
    read = read_content(content)
    if role != "system" and (read.said or read.returned is None):
        yield role, read.said
    if read.returned is not None and role != "assistant":
        yield "tool", ""
