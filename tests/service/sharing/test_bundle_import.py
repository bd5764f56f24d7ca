"""Import: once, in order, by whom it says, and harmless where it is an attack."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle_site import TRUSTED, Site
from received_rows import LAB_A, LAB_B, NOW
from stillwatch.core.errors import InputError, SettingsError, StillwatchError, VerificationError
from stillwatch.core.provenance import Review
from stillwatch.intel.bundle_chain import Place
from stillwatch.intel.member_keys import MemberKey
from stillwatch.intel.signed_bundle import BundleLimits
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.sharing.held import held_indicators, received_campaigns
from stillwatch.service.sharing.peers import Peers, Source
from stillwatch.signing.dsse import public_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "ours")
    yield made
    made.close()


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "theirs")
    yield made
    made.close()


def values(site: Site) -> list[str]:
    """What reaches the guard."""
    return sorted(one.value for one in held_indicators(site.intel, at=NOW.timestamp()))


def state(site: Site) -> list[str]:
    """All that was taken in, without what was only logged."""
    tables = [line for line in site.intel.iterdump() if "audit" not in line]
    carried = sorted(str(path) for path in (site.folder / "carried").rglob("*"))
    return [*tables, *carried, *map(str, site.bundles.execute("SELECT * FROM imported"))]


def refused(site: Site) -> list[str]:
    return [entry.detail["why"] for entry in read_entries(site.bundles) if entry.what == "bundle_refused"]


def test_what_a_trusted_member_sends_is_taken_in_with_its_signature(ours: Site, theirs: Site) -> None:
    notes = ours.folder / "epoch.json"
    notes.write_text("{}")
    imported = theirs.take(ours.export(ours.campaign_file(1), notes))
    assert (imported.place, imported.missing) == (Place.NEXT, ())
    assert [(found.new_campaigns, found.new_indicators, found.accepted) for found in imported.received] == [(1, 1, 1)]
    assert values(theirs) == ["198.51.100.1"]
    [kept] = received_campaigns(theirs.intel)
    assert (kept.producer_id, kept.signed, kept.delivered_by) == (LAB_A, "verified", "Lab A")
    [path] = imported.laid_down
    assert path == theirs.folder / "carried" / LAB_A / "main" / "000001" / "epoch.json"
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("{}", 0o600)


def test_whom_nobody_trusts_goes_into_quarantine(ours: Site, theirs: Site) -> None:
    theirs.take(ours.export(ours.campaign_file(1)), peers=Peers())
    assert values(theirs) == []
    assert [one.review for one in received_campaigns(theirs.intel)] == [Review.QUARANTINED]


def test_the_same_again_does_nothing(ours: Site, theirs: Site) -> None:
    file = ours.export(ours.campaign_file(1))
    theirs.take(file)
    before = state(theirs)
    assert theirs.take(file, days=2).place is Place.REPEATED
    assert theirs.take(file, days=400).place is Place.REPEATED
    assert state(theirs) == before


def test_a_row_with_a_gap_is_refused_until_it_is_allowed_or_filled(ours: Site, theirs: Site) -> None:
    rows = [ours.export(ours.campaign_file(number)) for number in (1, 2, 3, 4)]
    theirs.take(rows[0])
    with pytest.raises(VerificationError, match="of main, 2 to 3 must come before it"):
        theirs.take(rows[3])
    assert values(theirs) == ["198.51.100.1"]
    imported = theirs.take(rows[3], allows_gap=True)
    assert (imported.place, imported.missing) == (Place.GAP, ((2, 3),))
    assert [theirs.take(rows[number]).place for number in (2, 1)] == [Place.LATE, Place.LATE]
    assert values(theirs) == [f"198.51.100.{number}" for number in (1, 2, 3, 4)]


def test_a_complete_bundle_is_a_new_beginning(ours: Site, theirs: Site) -> None:
    files = [ours.campaign_file(number) for number in (1, 2)]
    ours.export(files[0])
    whole = theirs.take(ours.export(*files, is_complete=True))
    assert (whole.place, whole.missing) == (Place.RESTART, ((1, 1),))
    assert theirs.take(ours.export(ours.campaign_file(3))).place is Place.NEXT


def test_an_older_version_that_comes_late_replaces_nothing(ours: Site, theirs: Site) -> None:
    old = ours.export(ours.campaign_file(1, version=1, name="OLD"))
    new = ours.export(ours.campaign_file(1, version=2, name="NEW"))
    theirs.take(new, allows_gap=True)
    assert theirs.take(old).place is Place.LATE
    assert [one.name for one in received_campaigns(theirs.intel)] == ["NEW"]


def test_a_forged_row_is_refused_logged_and_harmless(ours: Site, theirs: Site, tmp_path: Path) -> None:
    """Somebody without the key, somebody with a key of his own, somebody who stole it and goes on from number one."""
    theirs.take(ours.export(ours.campaign_file(1)))
    before = state(theirs)
    thief, stranger = Site(tmp_path / "thief"), Ed25519PrivateKey.generate()
    other = thief.campaign_file(9)
    unsigned, unknown = thief.export(other, key=stranger), thief.export(other, stream="b", key=stranger, member=LAB_B)
    forked = thief.export(thief.campaign_file(8))
    thief.close()
    for file, says in (
        (unsigned, "no key of the member has signed it"),
        (unknown, f"no key of {LAB_B} is known"),
        (forked, "number 2 of main does not fit to what came before"),
    ):
        with pytest.raises(VerificationError, match=says):
            theirs.take(file)
    assert state(theirs) == before
    assert len(refused(theirs)) == 3
    assert first_broken(theirs.bundles) is None


def test_a_key_that_was_revoked_signs_nothing_any_more(ours: Site, theirs: Site) -> None:
    revoked = replace(TRUSTED, revoked_at=NOW, revoked_because="stolen")
    file = ours.export(ours.campaign_file(1))
    with pytest.raises(VerificationError, match="the key was revoked on 2026-11-22"):
        theirs.take(file, keys=(revoked,))
    assert values(theirs) == []


@pytest.mark.parametrize(("days", "says"), [(31, "it expired on 2026-12-22"), (-2, "it says that it was made on")])
def test_a_bundle_counts_in_its_time(days: float, says: str, ours: Site, theirs: Site) -> None:
    keys = (replace(TRUSTED, valid_from=NOW - timedelta(days=99)),)
    file = ours.export(ours.campaign_file(1))
    with pytest.raises(VerificationError, match=says):
        theirs.take(file, days=days, keys=keys)
    assert values(theirs) == []


def attacked(file: Path, **entries: bytes) -> Path:
    """The bundle with further or other entries, packed anew."""
    with zipfile.ZipFile(file) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, data in {**content, **entries}.items():
            made.writestr(name, data)
    changed = file.with_name("attack.swb")
    changed.write_bytes(target.getvalue())
    return changed


@pytest.mark.parametrize(
    "entries",
    [
        {"../../../outside.json": b"{}"},
        {"/tmp/outside.json": b"{}"},  # noqa: S108  # an entry's name
        {"files/../../outside.json": b"{}"},
        {"files/campaign-1.json": b'{"type": "bundle", "id": "bundle--1", "objects": []}'},
        {"bundle.dsse.json": b"{}"},
        {"bundle.dsse.json": b"[" * 100_000},
    ],
)
def test_what_was_packed_anew_is_refused_and_leads_nowhere(
    entries: dict[str, bytes], ours: Site, theirs: Site, tmp_path: Path
) -> None:
    before, files = state(theirs), set(tmp_path.rglob("*"))
    attack = attacked(ours.export(ours.campaign_file(1)), **entries)
    files |= {attack, *ours.folder.rglob("*")}
    with pytest.raises(StillwatchError):
        theirs.take(attack)
    assert state(theirs) == before
    assert set(tmp_path.rglob("*")) - files == set()
    assert len(refused(theirs)) == 1


def test_an_oversized_or_unreadable_bundle_is_refused(ours: Site, theirs: Site) -> None:
    file = ours.export(ours.campaign_file(1))
    with pytest.raises(InputError, match="1,000 are allowed"):
        theirs.take(file, limits=BundleLimits(size_bytes=1000))
    with pytest.raises(InputError, match="cannot be read"):
        theirs.take(ours.folder)
    recursive = ours.folder / "recursive.json"
    recursive.write_bytes(b'{"type":"bundle","id":"bundle--1","objects":[' + b'{"a":' * 50_000)
    with pytest.raises(InputError):
        theirs.take(ours.export(recursive), allows_gap=True)
    assert values(theirs) == []
    assert len(refused(theirs)) == 3


def test_nobody_takes_back_or_overwrites_what_is_anothers(ours: Site, theirs: Site, tmp_path: Path) -> None:
    """Lab B signs correctly a campaign that says that it is of Lab A."""
    theirs.take(ours.export(ours.campaign_file(1)))
    key = Ed25519PrivateKey.generate()
    lab_b = MemberKey(member=LAB_B, name="Lab B", public=public_bytes(key), valid_from=NOW - timedelta(days=9))
    other = Site(tmp_path / "b")
    foreign = other.campaign_file(1, version=9, name="OVERWRITTEN")
    gone = other.campaign_file(1, version=9, is_revoked=True)
    for file in (foreign, gone):
        theirs.take(other.export(file, member=LAB_B, name="Lab B", key=key, is_complete=True), keys=(TRUSTED, lab_b))
    other.close()
    assert [one.name for one in received_campaigns(theirs.intel)] == ["HEDGEHOG"]
    assert values(theirs) == ["198.51.100.1"]


def test_a_hub_that_vouches_may_carry_what_others_made(ours: Site, theirs: Site) -> None:
    hub = Ed25519PrivateKey.generate()
    known = MemberKey(member=LAB_B, name="hub", public=public_bytes(hub), valid_from=NOW - timedelta(days=9))
    peers = replace(theirs.desk.peers, sources={"hub": Source(name="hub", vouches=True)})
    file = ours.export(ours.campaign_file(1), member=LAB_B, name="anything", key=hub)
    theirs.take(file, keys=(known,), peers=peers)
    assert values(theirs) == ["198.51.100.1"]


def test_where_the_folder_cannot_be_written_it_is_imported_again(ours: Site, theirs: Site) -> None:
    notes = ours.folder / "notes.csv"
    notes.write_text("a\n")
    file = ours.export(ours.campaign_file(1), notes)
    (theirs.folder / "taken").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        theirs.take(file, folder=theirs.folder / "taken")
    assert theirs.take(file).place is Place.NEXT
    assert values(theirs) == ["198.51.100.1"]
