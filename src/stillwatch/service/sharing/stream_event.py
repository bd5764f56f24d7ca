"""What a hub says of a page of its stream, the same in an event and in a post.

>>> from stillwatch.service.sharing.object_store import Page, Stored
>>> row = Stored(7, "note--1", "", 0, "lab-a", "2.1", b'{"type":"note"}')
>>> gone = Stored(9, "note--2", "2026-11-02T00:00:00Z", 0, "lab-a", "2.1", b"", is_tombstone=True)
>>> print(body_of(Page((row, gone), has_more=False)).decode())
{"seq":9,"has_more":false,"deleted":[{"id":"note--2","version":"2026-11-02T00:00:00Z"}],"objects":[{"type":"note"}]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from stillwatch.service.sharing.object_store import Page


def event_of(page: Page) -> bytes:
    """A server-sent event, whose id is the number to go on from. The page is not empty."""
    return b"id: %d\nevent: objects\ndata: %s\n\n" % (page.rows[-1].seq, body_of(page))


def body_of(page: Page) -> bytes:
    """Its data: objects and tombstones in their order, on one line."""
    objects = b",".join(row.data for row in page.rows if not row.is_tombstone)
    gone = [{"id": row.object_id, "version": row.version} for row in page.rows if row.is_tombstone]
    has_more = b"true" if page.has_more else b"false"
    deleted = orjson.dumps(gone)
    return b'{"seq":%d,"has_more":%s,"deleted":%s,"objects":[%s]}' % (page.rows[-1].seq, has_more, deleted, objects)
