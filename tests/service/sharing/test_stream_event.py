"""An event of a hub's stream."""

from __future__ import annotations

from stillwatch.service.sharing.object_store import Page, Stored
from stillwatch.service.sharing.stream_event import body_of, event_of

PAGE = Page((Stored(7, "note--1", "", 0, "lab-a", "2.1", b'{"type":"note"}'),), has_more=True)


def test_an_event_is_its_number_and_one_line_of_data() -> None:
    assert body_of(PAGE) == b'{"seq":7,"has_more":true,"deleted":[],"objects":[{"type":"note"}]}'
    assert event_of(PAGE) == b"id: 7\nevent: objects\ndata: " + body_of(PAGE) + b"\n\n"
