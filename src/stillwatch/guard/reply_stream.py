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

from stillwatch.core.decision import Exposed, Withhold
from stillwatch.guard.exposure import ExposureWatch
from stillwatch.guard.obligations import changes_reply
from stillwatch.guard.reply_events import ReplyEvents
from stillwatch.guard.reply_id import reply_id_of
from stillwatch.guard.signatures_seen import MARKS, SignaturesSeen
from stillwatch.guard.stream_end import DONE, DONE_DATA, StreamEnd, is_last
from stillwatch.guard.token_count import TokenCount
from stillwatch.wire.event_frames import Frames, Framing, data_of, event, is_event, with_data
from stillwatch.wire.loose_json import read_json, write_json

if TYPE_CHECKING:
    from stillwatch.core.decision import Obligations

_COMMENT: Final = b":\n\n"
_MARKS: Final = (b'usage"', b'eval_count"', *MARKS)
"""One of these is in each event that must be read where nothing is changed."""

_NAMED_WITHIN: Final = 4
"""Among the first frames of a stream one bears the reply's id; comments may go before."""


class ReplyStream:
    """Rewrites one reply.

    Args:
        obligations: What to leave out.
        framing: How the stream is cut into events.
        prompt: What the customer has said; where reasoning is withheld, see `guard.exposure`.
    """

    def __init__(self, obligations: Obligations, framing: Framing = Framing.EVENTS, *, prompt: str = "") -> None:
        self._events = ReplyEvents(obligations) if changes_reply(obligations) else None
        withholds = obligations.withhold_reasoning is not Withhold.NO
        self._watch = ExposureWatch(prompt) if withholds else None
        self._end = StreamEnd() if withholds and obligations.if_exposed is Exposed.STOP else None
        self._frames = Frames(framing)
        self._framing = framing
        self._count = TokenCount()
        self._signatures = SignaturesSeen()
        self._seen = 0
        self._unreadable = 0
        self._latest = b""
        self.response_id = ""
        """That the reply bears; empty while none was seen."""
        self.is_stopped = False
        """Whether it was ended since it exposed what it withholds; nothing more goes on."""

    @property
    def tokens(self) -> int:
        """What the reply says the exchange has cost; where it does not say, its events, of about one token each."""
        return self._count.total or self._seen

    @property
    def signatures(self) -> tuple[str, ...]:
        """Of the signed blocks of reasoning that the customer was handed."""
        return self._signatures.found

    @property
    def is_exposed(self) -> bool:
        """Whether the answer has begun to repeat withheld reasoning word for word."""
        return self._watch is not None and self._watch.is_exposed

    @property
    def left_out_unread(self) -> int:
        """Events that were left out because they could not be read."""
        return self._unreadable + (self._frames.lost if self._events is not None else 0)

    @property
    def is_whole(self) -> bool:
        """Whether the latest event says that it is the last one: whoever leaves after it has seen all."""
        return is_last(self._data(self._latest))

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
        self._latest = frame or self._latest
        asks_id = self._seen <= _NAMED_WITHIN and not self.response_id
        if asks_id or any(mark in frame for mark in _MARKS):
            try:
                found = read_json(self._data(frame))
            except ValueError:
                return
            if isinstance(found, dict):
                self._learn(found)
                self._signatures.see(found)

    def _rewritten(self, frame: bytes, events: ReplyEvents) -> bytes:
        if self.is_stopped:
            return b""
        self._seen += 1
        self._latest = frame
        data = self._data(frame)
        if self._framing is Framing.EVENTS and not is_event(frame):
            return self._unread()
        if not data or data.strip() == DONE_DATA:
            return frame
        try:
            found = read_json(data)
        except ValueError:
            return self._unread()
        return self._read(frame, found, events) if isinstance(found, dict) else frame

    def _read(self, frame: bytes, found: dict[str, Any], events: ReplyEvents) -> bytes:
        self._learn(found)
        if self._watch is not None:
            self._watch.see(found)
            if self._end is not None and self._watch.is_exposed:
                self.is_stopped = True
                return b"".join(self._added(one) for one in self._end.events())
        kept = events.rewrite(found)
        for one in kept:
            self._signatures.see(one)
            if self._end is not None:
                self._end.see(one)
        if not kept:
            return self._nothing()
        first = frame if kept[0] is found else self._written(frame, kept[0])
        return first + b"".join(self._added(one) for one in kept[1:])

    def _learn(self, found: dict[str, Any]) -> None:
        self._count.see(found)
        self.response_id = self.response_id or reply_id_of(found)

    def _data(self, frame: bytes) -> bytes:
        return data_of(frame) if self._framing is Framing.EVENTS else frame.strip()

    def _written(self, frame: bytes, found: dict[str, Any]) -> bytes:
        data = write_json(found)
        return with_data(frame, data) if self._framing is Framing.EVENTS else data + b"\n"

    def _added(self, found: Any) -> bytes:
        """An event of our own, as the API writes its own."""
        data = DONE_DATA if found == DONE else write_json(found)
        if self._framing is Framing.LINES:
            return data + b"\n"
        return event(str(found.get("type", "")) if isinstance(found, dict) else "", data)

    def _unread(self) -> bytes:
        self._unreadable += 1
        return self._nothing()

    def _nothing(self) -> bytes:
        return _COMMENT if self._framing is Framing.EVENTS else b""
