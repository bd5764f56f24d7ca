"""Members of a hub: what each may do, and what is left when one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from received_rows import LAB_A, LAB_B
from stillwatch.core.errors import InputError
from stillwatch.core.marking import Tlp
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.sharing.hub_members import INBOX, SHARED, HubMembers, HubRole

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hub(tmp_path) -> Iterator[HubMembers]:
    members = HubMembers(tmp_path / "hub.db", clock=lambda: 1.0)
    yield members
    members.close()


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (HubRole.READER, (SHARED,), ()),
        (HubRole.CONTRIBUTOR, (SHARED,), (INBOX,)),
        (HubRole.TRUSTED, (SHARED,), (SHARED, INBOX)),
        (HubRole.MODERATOR, (SHARED, INBOX), (SHARED, INBOX)),
    ],
)
def test_a_role_says_where_one_reads_and_writes(
    hub, role: HubRole, reads: tuple[str, ...], writes: tuple[str, ...]
) -> None:
    found = hub.holder(hub.add("lab-a", LAB_A, role, by="Ada"))
    assert (found.may_read, found.may_write, found.may_publish) == (reads, writes, SHARED in writes)


def test_a_token_is_its_members_alone_and_is_kept_nowhere(hub, tmp_path) -> None:
    token = hub.add("lab-a", LAB_A, HubRole.READER, by="Ada", ceiling=Tlp.GREEN)
    assert (hub.holder(token).name, hub.holder(token).ceiling) == ("lab-a", Tlp.GREEN)
    assert [hub.holder(other) for other in ("", "x", token[:-1], "\ud800")] == [None] * 4
    files = (tmp_path / "hub.db", tmp_path / "hub.db-wal")
    assert not any(token.encode() in file.read_bytes() for file in files if file.exists())
    newer = hub.new_token("lab-a", by="Ada")
    assert (hub.holder(token), hub.holder(newer).name) == (None, "lab-a")


def test_who_is_put_out_is_nobody_any_more_and_stays_on_record(hub) -> None:
    token = hub.add("lab-a", LAB_A, HubRole.TRUSTED, by="Ada")
    hub.end("lab-a", why="its key was stolen", by="Grace")
    assert hub.holder(token) is None
    assert (hub.find("lab-a").ended_at, hub.find("lab-a").why) == (1.0, "its key was stolen")
    with pytest.raises(InputError, match="was put out"):
        hub.new_token("lab-a", by="Ada")
    assert [(entry.what, entry.who) for entry in read_entries(hub.connection)] == [
        ("member_added", "Ada"),
        ("member_ended", "Grace"),
    ]
    assert first_broken(hub.connection) is None


def test_two_members_share_no_name_and_no_identity(hub) -> None:
    hub.add("lab-a", LAB_A, HubRole.READER, by="Ada")
    for name, identity in (("lab-a", LAB_B), ("lab-b", LAB_A)):
        with pytest.raises(InputError, match="has this name or identity"):
            hub.add(name, identity, HubRole.READER, by="Ada")
    for name, identity in (("Lab A", LAB_B), ("lab-b", "identity--x"), ("../x", LAB_B)):
        with pytest.raises(InputError, match="is no"):
            hub.add(name, identity, HubRole.READER, by="Ada")
    with pytest.raises(InputError, match="there is no member"):
        hub.change("lab-b", by="Ada", role=HubRole.TRUSTED)


def test_an_acknowledgement_never_goes_back(hub) -> None:
    hub.add("lab-a", LAB_A, HubRole.READER, by="Ada")
    for seq in (3, 9, 5):
        hub.acknowledge("lab-a", SHARED, seq)
    assert hub.deliveries() == {"lab-a": (9, 1.0)}


def test_a_member_is_changed_by_somebody(hub) -> None:
    hub.add("lab-a", LAB_A, HubRole.READER, by="Ada")
    changed = hub.change("lab-a", by="Ada", role=HubRole.TRUSTED, ceiling=Tlp.CLEAR)
    assert (changed, changed.role, changed.ceiling) == (hub.find("lab-a"), HubRole.TRUSTED, Tlp.CLEAR)
