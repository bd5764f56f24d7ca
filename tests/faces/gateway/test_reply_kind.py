from __future__ import annotations

import pytest

from stillwatch.faces.gateway.reply_kind import Learnt, framing_of, kind_of, learnt_of, may_be_text
from stillwatch.wire.event_frames import Framing


@pytest.mark.parametrize(
    ("content_type", "framing", "is_text"),
    [
        ("Text/Event-Stream; charset=utf-8", Framing.EVENTS, True),
        ("application/x-ndjson", Framing.LINES, True),
        ("application/json", None, True),
        ("audio/mpeg", None, False),
        ("", None, True),
    ],
)
def test_headers_say_what_comes(content_type: str, framing: Framing | None, *, is_text: bool) -> None:
    assert (framing_of(content_type), may_be_text(content_type)) == (framing, is_text)


def test_the_media_type_stands_before_its_parameters() -> None:
    assert kind_of(" Application/JSON ;charset=utf-8") == "application/json"


def test_a_reply_tells_its_tokens_and_what_was_handed_out_of_it() -> None:
    data = b'{"content": [{"type": "thinking", "signature": "s"}], "usage": {"input_tokens": 2, "output_tokens": 1}}'
    assert learnt_of(data, data) == Learnt(3, ("s",))
    assert learnt_of(data, b'{"content": []}') == Learnt(3, ())


def test_one_that_does_not_say_is_taken_by_its_length() -> None:
    assert learnt_of(b"no json!", b"no json!") == Learnt(2, ())
    assert learnt_of(b"{}", b"{}", 400) == Learnt(100, ())


def test_a_whole_reply_tells_its_id() -> None:
    assert learnt_of(b'{"id": "chatcmpl-1"}', b"{}").response_id == "chatcmpl-1"
