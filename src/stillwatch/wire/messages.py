"""One conversation out of any chat shape: what was asked last, and where in the conversation it stands.

>>> read_messages([{"role": "user", "content": "Hi"}]).prompt_text
'Hi'

The chain hashes tie the exchanges of one conversation together: `chain_self` of an exchange is `chain_parent` of the
next. They cover (role, text) of users, tools and the assistant up to a user turn. The system text is in neither, since
operators change it mid-way, and neither is the reply that follows the last user turn. User messages in a row are one
turn. The same conversation gives the same hash in every shape.

This runs once for each exchange, so the usual message (a role and text) takes the short way through `read_messages`.
"""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import xxhash

from stillwatch.wire.blocks import SIGNED_FIELDS, plain_text, read_content, signatures_of
from stillwatch.wire.values import clean, parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROLES: Final = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "model": "assistant",
    "ai": "assistant",
    "tool": "tool",
    "function": "tool",
    "system": "system",
    "developer": "system",
}
_ITEM_ROLES: Final = {"function_call_output": "tool", "custom_tool_call_output": "tool", "function_call": "assistant"}
_FIELD_END: Final = "\x1f"
_MESSAGE_END: Final = "\x1e"
_INT64_SIGN: Final = 2**63


class Conversation(NamedTuple):
    """What a request asked; the names are those of `core.exchange`."""

    system_text: str | None
    prompt_text: str | None
    turn: int | None
    chain_self: int
    chain_parent: int
    reasoning_in: str | None


UNKNOWN: Final = Conversation(None, None, None, 0, 0, None)


def read_messages(messages: Any, system: Any = None) -> Conversation:
    """Read a list of messages or items of any shape, or text that stands for one user turn.

    `system` is what the API carries beside the messages: text, blocks, or Gemini's `{"parts": [...]}`.
    """
    messages = as_messages(messages)
    systems: list[str] = [] if system is None else [plain_text(system)]
    roles: list[str] = []
    texts: list[str] = []
    signatures: list[str] = []
    for message in messages:
        if type(message) is dict and len(message) == 2:
            role, content = message.get("role"), message.get("content")
            if type(content) is str and type(role) is str and role in _ROLES:
                _add(_ROLES[role], content, systems, roles, texts)
                continue
        _read_message(message, systems, roles, texts, signatures)
    return _conversation(systems, roles, texts, signatures)


def read_request(body: dict[str, Any]) -> Conversation:
    """Read the body of a request to any chat API, by the fields that it carries."""
    asked = conversation_in(body)
    return UNKNOWN if asked is None else read_messages(asked.messages, asked.system)


class Asked(NamedTuple):
    """The conversation as it stands in a body."""

    messages: Any
    system: Any


def conversation_in(body: dict[str, Any]) -> Asked | None:
    """Where the body holds its conversation, and what it carries beside it."""
    for name, system_names in _BODY_SHAPES:
        if (found := body.get(name)) is None:
            continue
        system = None
        for other in system_names:
            if (system := body.get(other)) is not None:
                break
        return Asked(parsed(found) if name != "prompt" and type(found) is not list else found, system)
    return None


_BODY_SHAPES: Final = (
    ("messages", ("system",)),
    ("input", ("instructions",)),
    ("contents", ("systemInstruction", "system_instruction")),
    ("prompt", ("system",)),
    ("inputText", ()),
    ("inputs", ()),
)
"""Where each API puts the conversation, and what beside it holds the system text."""


def as_messages(messages: Any) -> list[Any]:
    """A list of messages; text stands for one user turn."""
    if isinstance(messages, list):
        return messages
    if isinstance(messages, str):
        return [{"role": "user", "content": messages}]
    if isinstance(messages, tuple):
        return list(messages)
    return [messages] if isinstance(messages, dict) else []


def _add(role: str, content: str, systems: list[str], roles: list[str], texts: list[str]) -> None:
    if role == "system":
        systems.append(content)
    else:
        roles.append(role)
        texts.append(content)


def _read_message(message: Any, systems: list[str], roles: list[str], texts: list[str], signatures: list[str]) -> None:
    if isinstance(message, str):
        _add("user", message, systems, roles, texts)
        return
    if not isinstance(message, dict):
        return
    role = role_of(message)
    if role is None:
        signatures.extend(signatures_of(message))
        return
    content = read_content(content_of(message))
    _collect_signatures(message, content.signatures, signatures)
    if content.returned is not None and role != "assistant":
        _add("tool", content.returned, systems, roles, texts)
    if content.said or content.returned is None:
        _add(role, content.said, systems, roles, texts)


def role_of(message: dict[str, Any]) -> str | None:
    """Ours for the message's role; None for what is no message, such as a reasoning item."""
    role = message.get("role")
    if isinstance(role, str):
        return _ROLES.get(role.lower(), "user")
    kind = message.get("type")
    if isinstance(kind, str):
        return _ITEM_ROLES.get(kind, "user" if kind in ("text", "input_text", "message") else None)
    return "user" if "parts" in message or "content" in message or "text" in message else None


def content_of(message: dict[str, Any]) -> Any:
    """What was said in a message, wherever it stands."""
    for name in ("content", "parts", "contents", "output"):
        if (found := message.get(name)) is not None:
            return found
    return message if "text" in message else None


def _collect_signatures(message: dict[str, Any], found: list[str], signatures: list[str]) -> None:
    signatures.extend(found)
    for name in SIGNED_FIELDS:
        if name in message:
            signatures.extend(signatures_of(message[name]))


def _conversation(systems: list[str], roles: list[str], texts: list[str], signatures: list[str]) -> Conversation:
    system = joined(systems) if systems else None
    reasoning = "\n".join(dict.fromkeys(signatures)) if signatures else None
    if len(roles) == 1 and roles[0] == "user":
        said = texts[0]
        return Conversation(system, joined(texts), 1, _digest("user" + _FIELD_END + said), 0, reasoning)
    turns = _turns(roles, texts)
    asked = [place for place, turn in enumerate(turns) if turn[0] == "user"]
    if not asked:
        return Conversation(system, None, 0 if roles else None, 0, 0, reasoning)
    chain_self, chain_parent = _chain(turns, asked)
    return Conversation(system, joined([turns[asked[-1]][1]]), len(asked), chain_self, chain_parent, reasoning)


def _turns(roles: list[str], texts: list[str]) -> list[tuple[str, str]]:
    """(role, text) with user messages in a row put into one."""
    pairs = list(zip(roles, texts, strict=True))
    if ("user", "user") not in itertools.pairwise(roles):
        return pairs
    turns: list[tuple[str, str]] = []
    for role, group in itertools.groupby(pairs, key=operator.itemgetter(0)):
        said = list(group)
        turns.extend([(role, "\n".join(text for _, text in said))] if role == "user" else said)
    return turns


def _chain(turns: list[tuple[str, str]], asked: list[int]) -> tuple[int, int]:
    return chain_hash(turns[: asked[-1] + 1]), chain_hash(turns[: asked[-2] + 1]) if len(asked) > 1 else 0


def chain_hash(turns: Sequence[tuple[str, str]]) -> int:
    """The hash of a conversation given as (role, text) pairs; roles are user, assistant and tool."""
    return _digest(_MESSAGE_END.join([role + _FIELD_END + said for role, said in turns]))


def chain_hashes(turns: Sequence[tuple[str, str]]) -> list[int]:
    """`chain_hash` after each of the turns, in time that grows with the text alone."""
    hasher = xxhash.xxh3_64()
    found: list[int] = []
    for place, (role, said) in enumerate(turns):
        hasher.update(_bytes((_MESSAGE_END if place else "") + role + _FIELD_END + said))
        found.append(_signed(hasher.intdigest()))
    return found


def joined(texts: list[str]) -> str | None:
    """The texts that are not empty, one a line, such that Arrow can hold them."""
    whole = texts[0] if len(texts) == 1 else "\n".join(filter(None, texts))
    return (whole if whole.isascii() else clean(whole)) or None


def _digest(value: str) -> int:
    return _signed(xxhash.xxh3_64_intdigest(_bytes(value)))


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _signed(digest: int) -> int:
    """As a signed integer; never 0, which stands for unknown."""
    return (digest - 2 * _INT64_SIGN if digest >= _INT64_SIGN else digest) or 1
