"""What kind of reply an engine's headers announce, and what a whole one tells.

>>> framing_of("text/event-stream; charset=utf-8")
<Framing.EVENTS: 'events'>
>>> learnt_of(b'{"usage": {"total_tokens": 3, "prompt_tokens": 2, "completion_tokens": 1}}', b"{}").tokens
3
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from stillwatch.guard.exposure import ExposureWatch
from stillwatch.guard.reply_id import reply_id_of
from stillwatch.guard.signatures_seen import MARKS, SignaturesSeen
from stillwatch.guard.token_count import TokenCount
from stillwatch.wire.event_frames import Framing
from stillwatch.wire.loose_json import read_json

LOOKED_AT_BYTES: Final = 1 << 20
"""Of a whole reply that goes on untouched, so much is looked at for what it says of tokens."""
_STREAMS: Final = {
    "text/event-stream": Framing.EVENTS,
    "application/x-ndjson": Framing.LINES,
    "application/jsonl": Framing.LINES,
}
_NOT_TEXT: Final = ("audio/", "image/", "video/", "application/octet-stream")
_BYTES_A_TOKEN: Final = 4
"""About so many, where a reply does not say what it cost."""


class Learnt(NamedTuple):
    tokens: int
    signatures: tuple[str, ...]
    """Of the reasoning that the client was handed."""
    response_id: str = ""


def kind_of(content_type: str) -> str:
    """The media type alone."""
    return content_type.partition(";")[0].strip().lower()


def framing_of(content_type: str) -> Framing | None:
    """How a stream is cut; None of what is none."""
    return _STREAMS.get(kind_of(content_type))


def may_be_text(content_type: str) -> bool:
    """Whether anything could be in it that must be left out."""
    return not kind_of(content_type).startswith(_NOT_TEXT)


def learnt_of(data: bytes, kept: bytes, size_bytes: int = 0) -> Learnt:
    """What a whole reply tells.

    Args:
        data: As the engine sent it, or the beginning of it.
        kept: As the client was handed it.
        size_bytes: Of all of it, where `data` is the beginning.
    """
    count, signatures, response_id = TokenCount(), SignaturesSeen(), ""
    if isinstance(found := _read(data), dict):
        count.see(found)
        response_id = reply_id_of(found)
    if any(mark in kept for mark in MARKS) and isinstance(handed := _read(kept), dict):
        signatures.see_whole(handed)
    return Learnt(count.total or max(size_bytes, len(data)) // _BYTES_A_TOKEN, signatures.found, response_id)


def exposes(data: bytes, prompt: str) -> bool:
    """Whether a whole reply repeats its own reasoning in the answer."""
    watch = ExposureWatch(prompt)
    if isinstance(found := _read(data), dict):
        watch.see(found)
    return watch.is_exposed


def _read(data: bytes) -> Any:
    try:
        return read_json(data)
    except ValueError:
        return None
