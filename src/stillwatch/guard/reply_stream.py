r"""A streamed reply on its way to the customer: bytes in, bytes out, at once.

>>> from stillwatch.core.decision import Obligations
>>> stream = ReplyStream(Obligations(strip_logprobs=True))
>>> stream.feed(b'data: {"choices": [{"logprobs": {"content": []}}]}\n\n')
b'data: {"choices":[{"logprobs":null}]}\n\n'

Where nothing is to be changed the bytes go on as they come, and are only looked at for the tokens that they tell of.
Else each event goes on as soon as its end is there, in the bytes of the engine where nothing in it changes. An event
that cannot be read cannot be vouched for: it is left out and counted. What is left out of server-sent events leaves an
empty comment, which clients ignore and which keeps the connection from seeming dead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.guard.obligations import changes_reply
from stillwatch.guard.reply_events import ReplyEvents
from stillwatch.guard.signatures_seen import MARKS, SignaturesSeen
from stillwatch.guard.token_count import TokenCount
from stillwatch.wire.event_frames import Frames, Framing, data_of, event, is_event, with_data
from stillwatch.wire.loose_json import read_json, write_json

if TYPE_CHECKING:
    from stillwatch.core.decision import Obligations

_COMMENT: Final = b":\n\n"
_DONE: Final = b"[DONE]"
_MARKS: Final = (b'usage"', b'eval_count"', *MARKS)
"""One of these is in each event that must be read where nothing is changed."""


class ReplyStream:
    """Rewrites one reply.

    Args:
        obligations: What to leave out.
        framing: How the stream is cut into events.
    """

    def __init__(self, obligations: Obligations, framing: Framing = Framing.EVENTS) -> None:
        self._events = ReplyEvents(obligations) if changes_reply(obligations) else None
        self._frames = Frames(framing)
        self._framing = framing
        self._count = TokenCount()
        self._signatures = SignaturesSeen()
        self._seen = 0
        self._unreadable = 0

    @property
    def tokens(self) -> int:
        """What the reply says the exchange has cost; where it does not say, its events, of about one token each."""
        return self._count.total or self._seen

    @property
    def signatures(self) -> tuple[str, ...]:
        """Of the signed blocks of reasoning that the customer was handed."""
        return self._signatures.found

    @property
    def left_out_unread(self) -> int:
        """Events that were left out because they could not be read."""
        return self._unreadable + (self._frames.lost if self._events is not None else 0)

    def feed(self, data: bytes) -> bytes:
        """Take what has arrived; give what goes on now."""
        if self._events is None:
            for frame in self._frames.feed(data):
                self._look_at(frame)
            return data
        return b"".join([self._rewritten(frame, self._events) for frame in self._frames.feed(data)])

    def close(self) -> bytes:
        """Give what is left when the engine is done, which may be an event without its end."""
        rest = self._frames.close()
        if self._events is None:
            self._look_at(rest)
            return b""
        return self._rewritten(rest, self._events) if rest else b""

    def _look_at(self, frame: bytes) -> None:
        self._seen += 1
        if any(mark in frame for mark in _MARKS):
            try:
                found = read_json(self._data(frame))
            except ValueError:
                return
            if isinstance(found, dict):
                self._count.see(found)
                self._signatures.see(found)

    def _rewritten(self, frame: bytes, events: ReplyEvents) -> bytes:
        self._seen += 1
        data = self._data(frame)
        if self._framing is Framing.EVENTS and not is_event(frame):
            return self._unread()
        if not data or data.strip() == _DONE:
            return frame
        try:
            found = read_json(data)
        except ValueError:
            return self._unread()
        if not isinstance(found, dict):
            return frame
        self._count.see(found)
        kept = events.rewrite(found)
        for one in kept:
            self._signatures.see(one)
        if not kept:
            return self._nothing()
        first = frame if kept[0] is found else self._written(frame, kept[0])
        return first + b"".join(self._added(one) for one in kept[1:])

    def _data(self, frame: bytes) -> bytes:
        return data_of(frame) if self._framing is Framing.EVENTS else frame.strip()

    def _written(self, frame: bytes, found: dict[str, Any]) -> bytes:
        data = write_json(found)
        return with_data(frame, data) if self._framing is Framing.EVENTS else data + b"\n"

    def _added(self, found: dict[str, Any]) -> bytes:
        data = write_json(found)
        return event(str(found.get("type", "")), data) if self._framing is Framing.EVENTS else data + b"\n"

    def _unread(self) -> bytes:
        self._unreadable += 1
        return self._nothing()

    def _nothing(self) -> bytes:
        return _COMMENT if self._framing is Framing.EVENTS else b""
