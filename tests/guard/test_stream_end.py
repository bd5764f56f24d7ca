"""A stream that is ended in the middle ends as its API ends one."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from stillwatch.core.decision import Exposed, Obligations, Withhold
from stillwatch.guard.reply_stream import ReplyStream
from stillwatch.guard.stream_end import DONE, StreamEnd
from stillwatch.wire.event_frames import Framing
from stillwatch.wire.event_frames import event as framed

FILTERED = {"finish_reason": "content_filter"}
ENDS: dict[str, tuple[list[dict[str, Any]], list[Any]]] = {
    "chat": (
        [{"id": "c", "model": "m", "choices": [{"index": n, "delta": {"content": "a"}}]} for n in (1, 0)],
        [{"id": "c", "model": "m", "choices": [{"index": n, "delta": {}, **FILTERED} for n in (0, 1)]}, DONE],
    ),
    "completion": (
        [{"id": "c", "choices": [{"index": 0, "text": "a"}]}],
        [{"id": "c", "choices": [{"index": 0, "text": "", **FILTERED}]}, DONE],
    ),
    "message": (
        [
            {"type": "message_start", "message": {}},
            {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        ],
        [
            {"type": "content_block_stop", "index": 1},
            {
                "type": "message_delta",
                "delta": {"stop_reason": "refusal", "stop_sequence": None},
                "usage": {"output_tokens": 0},
            },
            {"type": "message_stop"},
        ],
    ),
    "response": (
        [
            {"type": "response.created", "sequence_number": 0, "response": {"id": "r", "status": "in_progress"}},
            {"type": "response.output_text.delta", "sequence_number": 4, "delta": "a"},
        ],
        [
            {
                "type": "response.incomplete",
                "sequence_number": 5,
                "response": {
                    "id": "r",
                    "status": "incomplete",
                    "incomplete_details": {"reason": "content_filter"},
                },
            }
        ],
    ),
    "ollama": (
        [{"model": "m", "message": {"role": "assistant", "content": "a"}, "done": False}],
        [
            {
                "model": "m",
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "content_filter",
            }
        ],
    ),
    "nothing yet": ([], []),
}


@pytest.mark.parametrize("name", ENDS)
def test_ends(name: str) -> None:
    events, expected = ENDS[name]
    end = StreamEnd()
    for event in events:
        end.see(event)
    assert end.events() == expected


THOUGHT = " ".join(f"thought{number}" for number in range(80))
STOP = Obligations(withhold_reasoning=Withhold.STRIP, if_exposed=Exposed.STOP)


def chunk(**delta: str) -> bytes:
    return framed("", orjson.dumps({"id": "c", "choices": [{"index": 0, "delta": delta}]}))


@pytest.mark.parametrize("obligations", [STOP, STOP._replace(if_exposed=Exposed.REPORT)])
def test_a_stream_that_exposes_what_it_withholds_is_held(obligations: Obligations) -> None:
    stream = ReplyStream(obligations)
    gone_on = stream.feed(chunk(reasoning_content=THOUGHT) + chunk(content="Sure: "))
    for word in THOUGHT.split():
        gone_on += stream.feed(chunk(content=word + " "))
    gone_on += stream.feed(b"data: [DONE]\n\n") + stream.close()
    assert stream.is_exposed
    assert stream.is_stopped == (obligations is STOP)
    assert (b"thought30" in gone_on) == (obligations is not STOP)
    assert gone_on.endswith(b"data: [DONE]\n\n")
    assert gone_on.count(b"[DONE]") == 1
    assert (b"content_filter" in gone_on) == (obligations is STOP)


def test_a_json_text_on_each_line_ends_so_too() -> None:
    stream = ReplyStream(STOP, Framing.LINES)
    stream.feed(orjson.dumps({"message": {"thinking": THOUGHT, "content": ""}, "done": False}) + b"\n")
    assert stream.feed(orjson.dumps({"message": {"content": THOUGHT}, "done": False}) + b"\n").endswith(
        b'"done":true,"done_reason":"content_filter"}\n'
    )
