"""A hub's members at its TAXII server: read there by TAXII's own client, and sent to as `share --to` does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from received_rows import LAB_A, LAB_B, documents, indicator, stix
from stillwatch.core.marking import Tlp
from stillwatch.service.sharing.access import Credentials
from stillwatch.service.sharing.hub_door import HubDoor, hub_collections
from stillwatch.service.sharing.hub_members import INBOX, SHARED, HubMembers, HubRole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def members(tmp_path: Path) -> Iterator[HubMembers]:
    found = HubMembers(tmp_path / "hub.db", clock=time.time)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (HubRole.READER, [(True, False, False), (False, False, False)]),
        (HubRole.CONTRIBUTOR, [(True, False, False), (False, True, False)]),
        (HubRole.TRUSTED, [(True, True, False), (False, True, False)]),
        (HubRole.MODERATOR, [(True, True, True), (True, True, True)]),
    ],
)
def test_a_role_is_rights_on_two_collections(members, role: HubRole, expected: list[Any]) -> None:
    token = members.add("lab-a", LAB_A, role, by="Ada", ceiling=Tlp.GREEN)
    caller = HubDoor(members).caller(Credentials(secret=token))
    rights = [caller.rights_on(one) for one in (SHARED, INBOX)]
    assert [(one.can_read, one.can_write, one.can_moderate) for one in rights] == expected
    assert (caller.name, caller.identity, caller.ceiling) == ("lab-a", LAB_A, Tlp.GREEN)


def test_who_shows_another_name_an_old_token_or_none_is_nobody(members) -> None:
    token = members.add("lab-a", LAB_A, HubRole.TRUSTED, by="Ada")
    door = HubDoor(members)
    assert door.caller(Credentials("lab-a", token)) is not None
    nobody = (Credentials("lab-b", token), Credentials(), Credentials("", "x"))
    assert [door.caller(one) for one in nobody] == [None, None, None]
    members.end("lab-a", why="left", by="Ada")
    assert door.caller(Credentials(secret=token)) is None


def test_nobody_enters_what_is_anothers(members) -> None:
    caller = HubDoor(members).caller(Credentials(secret=members.add("b", LAB_B, HubRole.TRUSTED, by="Ada")))
    admitted = HubDoor(members).admit(documents(stix(indicator(1))), caller, SHARED)
    assert "created_by_ref is not your identity" in {one.reason for one in admitted.refused}
    assert [one.id for one in hub_collections().collections] == [SHARED, INBOX]
