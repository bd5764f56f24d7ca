"""The id that a reply bears, by which logs of other programs know it.

>>> reply_id_of({"type": "message_start", "message": {"id": "msg-1"}}), reply_id_of({"id": "chatcmpl-1"})
('msg-1', 'chatcmpl-1')
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.wire.values import first_text

_HOLDERS: Final = ("message", "response")
"""Where Anthropic's first event and those of OpenAI's responses keep the reply."""


def reply_id_of(body: dict[str, Any]) -> str:
    """Of a whole reply, or of one event of it; empty where it bears none."""
    inner = (found.get("id") for name in _HOLDERS if isinstance(found := body.get(name), dict))
    return first_text(body.get("id"), body.get("responseId"), *inner) or ""
