"""What is written to a collection: objects added, with a status that says what became of each; objects deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.faces.taxii.answer import Answer, TaxiiError
from stillwatch.faces.taxii.page_request import read_page_request
from stillwatch.service.sharing.carried_object import time_of
from stillwatch.service.sharing.object_store import EVERYTHING, Filters, Kept, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.sharing.access import Caller, Doorkeeper
    from stillwatch.service.sharing.object_store import ObjectStore, Refused
    from stillwatch.service.sharing.taxii_settings import TaxiiLimits

_HOUR_US: Final = 3_600_000_000
_MOST: Final = 10_000
"""Versions of an object that one request deletes."""


class CollectionChanges:
    """Carries out what somebody asks who may write.

    Args:
        store: The objects.
        doorkeeper: Says which objects of a caller may enter.
        limits: How much one request may hold.
        clock: Seconds since 1970 UTC.
        new_id: Makes the id of a status, a UUID.
    """

    def __init__(
        self,
        store: ObjectStore,
        doorkeeper: Doorkeeper,
        limits: TaxiiLimits,
        *,
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._store, self._doorkeeper, self._limits = store, doorkeeper, limits
        self._clock, self._new_id = clock, new_id
        self._forgotten_us = 0

    async def add(self, collection: str, caller: Caller, body: bytes) -> Answer:
        """Add the objects of an envelope; all that may enter are on the disk when this answers."""
        documents = self._objects(body)
        asked_us = int(self._clock() * 1e6)
        admitted = self._doorkeeper.admit(documents, caller, collection)
        appended = await self._store.append(collection, admitted.objects, by=caller.name)
        status_id = self._new_id()
        refused = (*admitted.refused, *appended.refused)
        data = orjson.dumps(_status(status_id, asked_us, appended.kept, refused))
        await self._store.keep_status(Status(status_id, caller.name, asked_us, data))
        await self._forget_statuses(asked_us)
        return Answer(status=202, body=data)

    async def status(self, caller: Caller, status_id: str) -> Answer:
        """What became of a request of this caller."""
        found = await self._store.status(status_id)
        if found is None or found.owner != caller.name:
            raise TaxiiError(404, "there is no such status")
        return Answer(body=found.data)

    async def delete(self, collection: str, caller: Caller, query: bytes, object_id: str) -> Answer:
        """Delete versions of an object: the caller's own, or anybody's where he moderates."""
        given = read_page_request(query, usual=_MOST, most=_MOST, versions=("all",))
        if given.filters.ids or given.filters.types or given.filters.added_after_us is not None or given.after_seq:
            raise TaxiiError(400, "what is deleted is named by match[version] and match[spec_version] alone")
        spec_versions = given.filters.spec_versions or None
        asked = replace(given.filters, spec_versions=spec_versions)
        there = Filters(
            ids=(object_id,), spec_versions=None, versions=("all",), ceiling=caller.ceiling, with_data=False
        )
        rows = (await self._store.page(collection, 0, there, _MOST)).rows
        if not rows:
            raise TaxiiError(404, "there is no such object")
        producers = {row.producer for row in rows}
        mine = producers if caller.rights_on(collection).can_moderate else producers & {caller.name}
        if not mine:
            raise TaxiiError(403, "what another member has sent is deleted by a moderator alone")
        deleted = [
            await self._store.delete(collection, object_id, by=one, filters=replace(EVERYTHING, **_of(asked)))
            for one in sorted(mine)
        ]
        if not sum(deleted):
            raise TaxiiError(404, "there is no such version")
        return Answer()

    def _objects(self, body: bytes) -> list[Any]:
        try:
            envelope = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise TaxiiError(400, f"this is no JSON: {error}") from error
        objects = envelope.get("objects") if isinstance(envelope, dict) else None
        if not isinstance(objects, list) or not objects:
            raise TaxiiError(422, 'an envelope of TAXII is expected: {"objects": [...]}')
        if len(objects) > self._limits.objects:
            raise TaxiiError(413, f"a request holds at most {self._limits.objects} objects")
        return objects

    async def _forget_statuses(self, now_us: int) -> None:
        if now_us - self._forgotten_us > _HOUR_US:
            self._forgotten_us = now_us
            await self._store.forget_statuses(now_us - int(self._limits.status_h * _HOUR_US))


def _of(asked: Filters) -> dict[str, Any]:
    return {"versions": asked.versions, "spec_versions": asked.spec_versions}


def _status(status_id: str, asked_us: int, kept: tuple[Kept, ...], refused: tuple[Refused, ...]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": status_id,
        "status": "complete",
        "request_timestamp": time_of(asked_us),
        "total_count": len(kept) + len(refused),
        "success_count": len(kept),
        "failure_count": len(refused),
        "pending_count": 0,
    }
    if kept:
        document["successes"] = [
            {"id": one.object_id, "version": one.version} | ({"message": one.note} if one.note else {}) for one in kept
        ]
    if refused:
        document["failures"] = [{"id": one.object_id, "version": one.version, "message": one.reason} for one in refused]
    return document
