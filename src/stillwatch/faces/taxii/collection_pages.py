"""What is read of a collection: pages of objects, of their manifest, and of the versions of one object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.faces.taxii.answer import Answer, TaxiiError
from stillwatch.faces.taxii.page_request import added_headers, read_page_request
from stillwatch.service.sharing.carried_object import time_of
from stillwatch.service.sharing.object_store import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.marking import Tlp
    from stillwatch.faces.taxii.page_request import PageRequest
    from stillwatch.service.sharing.object_store import ObjectStore, Page, VersionWanted
    from stillwatch.service.sharing.taxii_settings import TaxiiLimits

_LAST: Final = ("last",)
_ALL: Final = ("all",)


class CollectionPages:
    """Answers what is asked of a collection by somebody who may read it.

    Args:
        store: The objects.
        limits: How much a page holds.
    """

    def __init__(self, store: ObjectStore, limits: TaxiiLimits) -> None:
        self._store, self._limits = store, limits

    async def objects(self, collection: str, query: bytes, ceiling: Tlp, object_id: str = "") -> Answer:
        """A page of objects, or of the versions of one."""
        asked = self._asked(query, ceiling, object_id, _LAST)
        found = await self._store.packed(collection, asked.after_seq, asked.filters, asked.limit)
        if not found.objects:
            return await self._empty(collection, ceiling, object_id)
        start = b'{"more":true,"next":"%b","objects":[' % asked.next_after(found.last_seq).encode()
        body = b"".join((start if found.has_more else b'{"more":false,"objects":[', found.data, b"]}"))
        return Answer(headers=added_headers(found.first_added_us, found.last_added_us), body=body)

    async def manifest(self, collection: str, query: bytes, ceiling: Tlp) -> Answer:
        """The same without the objects: which there are, since when."""
        asked = self._asked(query, ceiling, "", _LAST)
        page = await self._page(collection, asked)
        if not page.rows:
            return Answer()
        entries = [
            {
                "id": row.object_id,
                "date_added": time_of(row.added_us),
                "version": row.version,
                "media_type": f"application/stix+json;version={row.spec_version}",
            }
            for row in page.rows
        ]
        return _answer(page, asked, "objects", entries)

    async def versions(self, collection: str, query: bytes, ceiling: Tlp, object_id: str) -> Answer:
        """The versions of one object."""
        asked = self._asked(query, ceiling, object_id, _ALL)
        page = await self._page(collection, asked)
        if not page.rows:
            return await self._empty(collection, ceiling, object_id)
        return _answer(page, asked, "versions", [row.version for row in page.rows])

    def _asked(self, query: bytes, ceiling: Tlp, object_id: str, versions: tuple[VersionWanted, ...]) -> PageRequest:
        asked = read_page_request(query, usual=self._limits.usual_page, most=self._limits.page, versions=versions)
        if object_id and asked.filters.ids:
            raise TaxiiError(400, "match[id] goes with a whole collection; the path names one object")
        filters = replace(asked.filters, ceiling=ceiling, ids=(object_id,) if object_id else asked.filters.ids)
        return replace(asked, filters=filters)

    async def _page(self, collection: str, asked: PageRequest) -> Page:
        filters = replace(asked.filters, with_data=False)
        return await self._store.page(collection, asked.after_seq, filters, asked.limit)

    async def _empty(self, collection: str, ceiling: Tlp, object_id: str) -> Answer:
        """Nothing that the filters let through: of an object that is there an empty answer, of any other none."""
        if object_id:
            there = Filters(ids=(object_id,), spec_versions=None, versions=_ALL, ceiling=ceiling, with_data=False)
            if not (await self._store.page(collection, 0, there, 1)).rows:
                raise TaxiiError(404, "there is no such object")
        return Answer()


def _answer(page: Page, asked: PageRequest, name: str, entries: Sequence[object]) -> Answer:
    document: dict[str, object] = {"more": page.has_more, name: entries}
    if page.has_more:
        document["next"] = asked.next_after(page.rows[-1].seq)
    headers = added_headers(page.rows[0].added_us, page.rows[-1].added_us)
    return Answer(headers=headers, body=orjson.dumps(document))
