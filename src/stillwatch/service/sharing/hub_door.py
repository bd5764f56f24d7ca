"""Who may enter a hub's TAXII server: its members, by the tokens that push asks for, with the rights of their roles.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.service.sharing.hub_members import HubMembers, HubRole
>>> with TemporaryDirectory() as folder:
...     members = HubMembers(Path(folder) / "hub.db", clock=lambda: 1.0)
...     lab = "identity--5a1c8e52-6a3f-4f0a-9d0e-0d6f3f6d7c10"
...     token = members.add("lab-a", lab, HubRole.CONTRIBUTOR, by="Ada")
...     caller = HubDoor(members).caller(Credentials(secret=token))
...     members.close()
>>> caller.rights_on(SHARED).can_write, caller.rights_on(INBOX).can_write
(False, True)

A member that is put out is nobody from its next request on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.service.sharing.access import Admitted, Caller, Credentials, Rights
from stillwatch.service.sharing.admit_objects import admit_objects
from stillwatch.service.sharing.hub_members import INBOX, SHARED, HubRole
from stillwatch.service.sharing.taxii_settings import Collection, TaxiiSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.service.sharing.hub_members import HubMembers


class HubDoor:
    """A `service.sharing.access.Doorkeeper`."""

    def __init__(self, members: HubMembers) -> None:
        self._members = members

    def caller(self, shown: Credentials) -> Caller | None:
        """The member whose token was shown; a user that is named must be that member."""
        member = self._members.holder(shown.secret) if shown.secret else None
        if member is None or shown.user not in ("", member.name):
            return None
        rights = {
            one: Rights(
                can_read=one in member.may_read,
                can_write=one in member.may_write,
                can_moderate=member.role is HubRole.MODERATOR,
            )
            for one in (SHARED, INBOX)
        }
        return Caller(name=member.name, identity=member.identity, rights=rights, ceiling=member.ceiling)

    def admit(self, documents: Sequence[Any], caller: Caller, collection: str) -> Admitted:
        del collection  # the same in both of them
        return admit_objects(documents, caller.identity)


def hub_collections() -> TaxiiSettings:
    """What a hub serves by TAXII: what is shared, and what waits for a moderator."""
    return TaxiiSettings(
        store="",
        title="stillwatch hub",
        collections=(
            Collection(id=SHARED, title="shared", alias="shared", description="What members tell each other"),
            Collection(id=INBOX, title="inbox", alias="inbox", description="What waits for a moderator"),
        ),
    )
