"""The table that guards map: what a scan found, and who is exempt."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.core.tracking import Watched
from stillwatch.detection.track import looked_once
from stillwatch.guard.standings import Standings
from stillwatch.service.guarding.exemptions import Exemption, write_exemptions
from stillwatch.service.guarding.publish_standings import STANDINGS_FILE, StandingsPublisher

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def _publisher(tmp_path, small_scan, **more):
    usual = {"store": small_scan.settings.store, "authorised": None, "exemptions": None}
    return StandingsPublisher(tmp_path, **{**usual, **more})


def _known(tmp_path, at=NOON, **facts):
    table = Standings((tmp_path / STANDINGS_FILE).read_bytes())
    return [table.known(hit.row) for hit in table.hits(RequestFacts("r", at.timestamp(), **facts))]


def test_members_are_found_until_their_standings_run_out(tmp_path, small_scan):
    watched = looked_once(small_scan.result, at=NOON, lifetime=DAY)
    assert _publisher(tmp_path, small_scan).publish(watched, at=NOON, is_new=True)
    for campaign in small_scan.result.campaigns:
        for member in campaign.members:
            found = _known(tmp_path, account_id=member.account_id)
            assert (campaign.id, member.confidence) in {(one.subject, one.confidence) for one in found}
    assert _known(tmp_path, account_id="acct-nobody") == []
    assert _known(tmp_path, NOON + DAY, account_id=watched.standings[0].account_id) == []
    assert stat.S_IMODE((tmp_path / STANDINGS_FILE).stat().st_mode) == 0o640


def test_nothing_is_written_where_nothing_is_new_and_an_exemption_is(tmp_path, small_scan):
    file = tmp_path / "exemptions.json"
    publisher = _publisher(tmp_path, small_scan, exemptions=file)
    watched = looked_once(small_scan.result, at=NOON, lifetime=DAY)
    assert publisher.publish(watched, at=NOON, is_new=True)
    assert not publisher.publish(watched, at=NOON + DAY / 2, is_new=False)
    account = watched.standings[0].account_id
    exempt = Exemption(
        key="account", value=account, appeal="ap-1", reason="a class", since=NOON, expires_at=NOON + 9 * DAY
    )
    write_exemptions(file, [exempt])
    assert publisher.publish(watched, at=NOON + DAY / 2, is_new=False)
    assert Role.EXEMPT in {one.role for one in _known(tmp_path, account_id=account)}
    assert publisher.publish(watched, at=NOON + 9 * DAY, is_new=False)
    assert Role.EXEMPT not in {one.role for one in _known(tmp_path, account_id=account)}


def test_the_ledger_exempts_whom_the_store_has_never_seen(tmp_path, small_scan):
    ledger = tmp_path / "ledger.toml"
    ledger.write_text('[[authorised]]\nname = "Red team"\naccount_ids = ["acct-new"]\n')
    publisher = _publisher(tmp_path, small_scan, authorised=ledger)
    publisher.publish(Watched(), at=NOON, is_new=True)
    ledger.write_text('[[authorised]]\nname = "Red team"\naccount_ids = ["acct-new", "acct-newer"]\n')
    assert publisher.publish(Watched(), at=NOON, is_new=False)
    assert [(one.name, one.role) for one in _known(tmp_path, account_id="acct-newer")] == [
        (KeyName.ACCOUNT, Role.EXEMPT)
    ]


def test_a_broken_ledger_leaves_the_table_of_before(tmp_path, small_scan):
    ledger = tmp_path / "ledger.toml"
    ledger.write_text("")
    publisher = _publisher(tmp_path, small_scan, authorised=ledger)
    publisher.publish(looked_once(small_scan.result, at=NOON, lifetime=DAY), at=NOON, is_new=True)
    before = (tmp_path / STANDINGS_FILE).read_bytes()
    ledger.write_text("[[authorised]")
    with pytest.raises(InputError):
        publisher.publish(Watched(), at=NOON, is_new=True)
    assert (tmp_path / STANDINGS_FILE).read_bytes() == before


def test_without_a_store_there_is_nothing_to_publish(tmp_path, small_scan):
    assert not _publisher(tmp_path, small_scan, store=tmp_path / "none").publish(Watched(), at=NOON, is_new=True)
    assert not (tmp_path / STANDINGS_FILE).exists()
