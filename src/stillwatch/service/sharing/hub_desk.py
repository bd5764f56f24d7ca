"""What moderators do at a hub: show what waits, share it or send it back, take back what somebody sent.

desk = HubDesk(members, store, by="Ada")
for waiting in await desk.waiting(): ...
await desk.share("lab-a", ("campaign--…",))
await desk.take_back("lab-a", why="its key was stolen")

What waits lies in a collection of its own. Sharing appends it to the one that members read, in the sender's name, and
then removes it from where it waited: killed in between it is there twice and shared once, as doing it again shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError
from stillwatch.service.sharing.admit_objects import admit_objects
from stillwatch.service.sharing.hub_members import INBOX, SHARED
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sharing.object_store import LATEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from stillwatch.service.sharing.hub_members import HubMembers
    from stillwatch.service.sharing.object_store import ObjectStore, Stored

_PAGE: Final = 1000
_COMMON: Final = ("marking-definition--", "extension-definition--", "identity--")
"""What others refer to: it goes with whatever is shared, and stays for what still waits."""


class Waiting(NamedTuple):
    """One object that waits for a moderator."""

    sender: str
    id: str
    type: str
    name: str
    """What a person may know it by: its name, or the pattern of an indicator."""
    added_us: int


class HubDesk:
    """One moderator's acts.

    Args:
        members: Of the hub; keeps the audit trail.
        store: Of its objects.
        by: The moderator's name.
    """

    def __init__(self, members: HubMembers, store: ObjectStore, *, by: str) -> None:
        self._members, self._store, self._by = members, store, by

    async def waiting(self) -> list[Waiting]:
        """All that waits, the oldest first."""
        return [_shown(row) async for row in self._inbox()]

    async def share(self, sender: str, ids: Collection[str] = ()) -> int:
        """Share what a member has sent and what waits: these objects, or all of them; gives how many."""
        rows = await self._of(sender, ids)
        if ids:
            rows += [row async for row in self._inbox() if row.producer == sender and row.object_id.startswith(_COMMON)]
        admitted = admit_objects([orjson.loads(row.data) for row in rows], self._members.find(sender).identity)
        appended = await self._store.append(SHARED, admitted.objects, by=sender)
        for row in rows:
            if not ids or row.object_id in ids:
                await self._store.delete(INBOX, row.object_id, by=sender)
        self._note("moderation_shared", sender, {"objects": [row.object_id for row in rows][:100], "count": len(rows)})
        if refused := (*admitted.refused, *appended.refused):
            mend = f"{len(appended.kept)} objects were shared; ask the member to send the rest anew"
            raise InputError(
                f"{len(refused)} objects were refused: {refused[0].reason}", where=refused[0][0], mend=mend
            )
        return len(rows)

    async def send_back(self, sender: str, ids: Collection[str] = (), *, why: str) -> int:
        """Remove what waits, with a reason that the member is told; gives how many objects."""
        if not why.strip():
            raise InputError("no reason is given", where=sender, mend="the member is told it: give --why")
        rows = await self._of(sender, ids)
        for row in rows:
            await self._store.delete(INBOX, row.object_id, by=sender)
        detail = {"objects": [row.object_id for row in rows][:100], "count": len(rows), "why": why}
        self._note("moderation_sent_back", sender, detail)
        return len(rows)

    async def take_back(self, sender: str, *, why: str) -> int:
        """Delete all that a member ever sent, and tell everybody; gives how many objects."""
        if not why.strip():
            raise InputError("no reason is given", where=sender, mend="it is kept in the audit trail: give --why")
        self._members.find(sender)
        count = await self._store.withdraw(sender)
        self._note("member_taken_back", sender, {"objects": count, "why": why})
        return count

    async def _of(self, sender: str, ids: Collection[str]) -> list[Stored]:
        self._members.find(sender)
        rows = [row async for row in self._inbox() if row.producer == sender and (not ids or row.object_id in ids)]
        missing = sorted(set(ids) - {row.object_id for row in rows})
        if missing or not rows:
            where = missing[0] if missing else sender
            raise InputError("nothing of this member waits", where=where, mend="see `stillwatch hub moderate list`")
        return rows

    async def _inbox(self) -> AsyncIterator[Stored]:
        after, has_more = 0, True
        while has_more:
            page = await self._store.page(INBOX, after, LATEST, _PAGE)
            for row in page.rows:
                after = row.seq
                yield row
            has_more = page.has_more

    def _note(self, what: str, about: str, detail: dict[str, Any]) -> None:
        with writing(self._members.connection):
            self._members.note(what, self._by, about, detail)


def _shown(row: Stored) -> Waiting:
    one = orjson.loads(row.data)
    name = one.get("name") or one.get("pattern") or one.get("relationship_type") or one.get("value") or ""
    return Waiting(row.producer, row.object_id, one["type"], str(name)[:200], row.added_us)
