"""However the bytes of a stream arrive, the same goes on; what is withheld never does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.decision import NO_OBLIGATIONS, Obligations, Withhold
from stillwatch.guard.reply_fields import REASONING_NOTE
from stillwatch.guard.reply_stream import ReplyStream
from stillwatch.wire.event_frames import Framing

HIDE = Obligations(withhold_reasoning=Withhold.STRIP)
NOTE = Obligations(withhold_reasoning=Withhold.SUMMARISE)
TRIM = Obligations(strip_logprobs=True)
HIDDEN = "so it is four"

EVENTS: tuple[Any, ...] = (
    {"choices": [{"index": 0, "delta": {"content": "4"}, "logprobs": {"content": [{"token": HIDDEN}]}}]},
    {"choices": [{"index": 0, "delta": {"reasoning_content": HIDDEN}}]},
    {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": HIDDEN}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": HIDDEN}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": HIDDEN},
    {"type": "response.output_item.done", "output_index": 0, "item": {"type": "reasoning", "summary": [HIDDEN]}},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "4", "logprobs": [HIDDEN]},
    {"message": {"content": "", "thinking": HIDDEN}, "logprobs": [HIDDEN], "done": False},
    {"type": "ping"},
    "[DONE]",
)
ENDS = st.sampled_from(("\n", "\r\n", "\r"))


@st.composite
def frames(draw: st.DrawFn) -> str:
    """One server-sent event: as engines write it, or not quite."""
    end = draw(ENDS)
    kind = draw(st.integers(0, 7))
    value = draw(st.sampled_from(EVENTS))
    text = value if isinstance(value, str) else json.dumps(value, indent=draw(st.sampled_from((None, None, 1))))
    if kind == 0:
        return f": comment{end}{end}"
    if kind == 1:
        text = text[: draw(st.integers(0, len(text)))]
    name = f"event: {value['type']}{end}" if isinstance(value, dict) and "type" in value else ""
    lines = end.join("data: " + line for line in text.splitlines())
    return f"{name}{lines}{end}{end}"


STREAMS = st.lists(frames(), max_size=8).map(lambda parts: "".join(parts).encode())


def through(stream: ReplyStream, data: bytes, cuts: list[int]) -> bytes:
    found = b""
    start = 0
    for end in sorted({min(cut, len(data)) for cut in cuts} | {len(data)}):
        found += stream.feed(data[start:end])
        start = end
    return found + stream.close()


@settings(max_examples=200)
@given(data=STREAMS, cuts=st.lists(st.integers(0, 1500), max_size=10))
def test_the_same_goes_on_however_the_bytes_arrive(data: bytes, cuts: list[int]) -> None:
    for obligations in (NO_OBLIGATIONS, HIDE, NOTE, TRIM):
        whole, cut = ReplyStream(obligations), ReplyStream(obligations)
        assert through(whole, data, []) == through(cut, data, cuts)
        assert (whole.tokens, whole.left_out_unread) == (cut.tokens, cut.left_out_unread)


@settings(max_examples=200)
@given(data=STREAMS, cut=st.integers(0, 1500))
def test_what_is_withheld_never_goes_on(data: bytes, cut: int) -> None:
    both = Obligations(withhold_reasoning=Withhold.STRIP, strip_logprobs=True)
    for obligations in (both, both._replace(withhold_reasoning=Withhold.SUMMARISE)):
        for piece in (data, data[:cut]):
            assert HIDDEN.encode() not in through(ReplyStream(obligations), piece, [])


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=5))
def test_where_nothing_changes_bytes_go_on_at_once(data: bytes, cuts: list[int]) -> None:
    stream = ReplyStream(NO_OBLIGATIONS)
    assert stream.feed(data) == data
    assert through(ReplyStream(NO_OBLIGATIONS), data, cuts) == data


@pytest.mark.parametrize("obligations", [NO_OBLIGATIONS, HIDE])
@pytest.mark.parametrize("last", ["[DONE]", '{"type":"message_stop"}', '{"type":"response.completed"}'])
def test_a_stream_is_whole_with_its_last_event(obligations: Obligations, last: str) -> None:
    stream = ReplyStream(obligations)
    assert not stream.is_whole
    stream.feed(b'data: {"choices": [{"delta": {"content": "[DONE]"}}]}\n\n')
    assert not stream.is_whole
    stream.feed(f"data: {last}\n".encode())
    assert not stream.is_whole
    stream.feed(b"\n")
    assert stream.is_whole


def test_lines_are_whole_with_the_one_that_is_done() -> None:
    stream = ReplyStream(NO_OBLIGATIONS, Framing.LINES)
    stream.feed(b'{"message":{"content":"4"},"done":false}\n')
    assert not stream.is_whole
    stream.feed(b'{"message":{"content":""},"done":true}\n')
    stream.close()
    assert stream.is_whole


def test_an_event_goes_on_as_soon_as_its_end_is_there() -> None:
    stream = ReplyStream(HIDE)
    first = b'data: {"choices": [{"index": 0, "delta": {"content": "4"}}]}\n\n'
    assert stream.feed(first[:-1]) == b""
    assert stream.feed(first[-1:] + b"data:") == first


SAME = {
    "unknown event": b'event: new\ndata: {"type": "new.kind", "x":  1}\n\n',
    "no object": b"data: [1, 2]\n\n",
    "done": b"data: [DONE]\n\n",
    "comment": b": OPENROUTER PROCESSING\n\n",
    "text": b'id: 3\nevent: e\ndata: {"choices":[{"index":0,"delta":{"content":"a"}}]}\nretry: 5\n\n',
}


@pytest.mark.parametrize("name", SAME)
def test_what_holds_nothing_to_withhold_goes_on_byte_for_byte(name: str) -> None:
    assert through(ReplyStream(HIDE), SAME[name], []) == SAME[name]


LEFT_OUT = {
    "a thought": (b'event: x\ndata: {"type": "response.reasoning_text.delta", "delta": "so"}\n\n', b":\n\n", 0),
    "malformed": (b'data: {"reasoning": "so\n\n', b":\n\n", 1),
    "no event": (b'{"reasoning": "so"}\n\n', b":\n\n", 1),
    "without its end": (b'data: {"reasoning": "so', b":\n\n", 1),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_leaves_an_empty_comment(name: str) -> None:
    data, left, unread = LEFT_OUT[name]
    stream = ReplyStream(HIDE)
    assert through(stream, data, []) == left
    assert stream.left_out_unread == unread


def test_malformed_events_go_on_where_nothing_is_withheld() -> None:
    stream = ReplyStream(NO_OBLIGATIONS)
    assert through(stream, b'data: {"usage": \n\n', []) == b'data: {"usage": \n\n'
    assert stream.left_out_unread == 0


def test_a_note_is_an_event_of_its_own() -> None:
    start = b'data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"so"}}\n\n'
    said = {"type": "thinking_delta", "thinking": REASONING_NOTE}
    delta = json.dumps({"type": "content_block_delta", "index": 0, "delta": said}, separators=(",", ":"))
    assert through(ReplyStream(NOTE), start, []).endswith(
        b"event: content_block_delta\ndata: " + delta.encode() + b"\n\n"
    )


def test_a_json_text_on_each_line() -> None:
    given_lines = b'{"message":{"content":"","thinking":"so"},"done":false}\n{"message":{"content":"4"}}\n'
    stream = ReplyStream(HIDE, Framing.LINES)
    assert through(stream, given_lines, [30]) == (
        b'{"message":{"content":""},"done":false}\n{"message":{"content":"4"}}\n'
    )
    assert through(ReplyStream(HIDE, Framing.LINES), b"{broken\n{}\n", []) == b"{}\n"


COUNTED = {
    "told": (b'data: {"usage": {"prompt_tokens": 5, "completion_tokens": 6}}\n\ndata: [DONE]\n\n', 11),
    "not told": (b"data: {}\n\ndata: {}\n\n", 3),
}


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("obligations", [NO_OBLIGATIONS, HIDE])
def test_tokens_are_counted(name: str, obligations: Obligations) -> None:
    data, tokens = COUNTED[name]
    stream = ReplyStream(obligations)
    through(stream, data, [7, 20])
    assert stream.tokens in {tokens, tokens - 1 if name == "not told" else tokens}


@pytest.mark.parametrize("obligations", [NO_OBLIGATIONS, HIDE])
@pytest.mark.parametrize(
    "first", [b'data: {"id": "c-1", "choices": []}\n\n', b': hello\n\ndata: {"message": {"id": "c-1"}}\n\n'], ids=[1, 2]
)
def test_the_id_of_the_reply_is_noted(first: bytes, obligations: Obligations) -> None:
    stream = ReplyStream(obligations)
    through(stream, first + b'data: {"id": "c-2", "usage": {"prompt_tokens": 5}}\n\n', [9])
    assert stream.response_id == "c-1"
