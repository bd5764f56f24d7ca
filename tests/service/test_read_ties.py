"""What else names a campaign's accounts, and its templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from exchange_log import exchange, scanned, write_log
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.template_key import TemplateKey
from stillwatch.core.tracking import AccountStanding, KnownCampaign, Watched
from stillwatch.logs.known_by import KnownBy
from stillwatch.logs.store import Store
from stillwatch.service.read_ties import read_ties

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ASKED = {"system_text": "You judge answers.", "prompt_text": "Is this answer right? Say yes or no, and why so."}


def _watched(store: Store) -> Watched:
    """Account `a` stands in a campaign whose basis is every key that it uses."""
    rows = [row for file in store.files("keys") for row in pq.read_table(file).to_pylist()]
    kinds = {row["share_key"]: row["kind"] for row in rows}
    campaign = KnownCampaign(
        campaign_id="c",
        first_flagged_at=NOON,
        verdict="campaign",
        told_members=1,
        exchanges=30,
        because="x",
        kinds=tuple(kinds.values()),
        keys=tuple(kinds),
    )
    standing = AccountStanding(
        account_id="a",
        campaign_id="c",
        verdict="campaign",
        standing="operator",
        confidence=0.9,
        since=NOON,
        expires_at=NOON + timedelta(days=1),
    )
    return Watched(campaigns=(campaign,), standings=(standing,))


@pytest.fixture
def store(tmp_path) -> Store:
    """`a` sends one template thirty times, `b` its system text twenty times."""
    records = [exchange(number, "a", api_key_id="k", **ASKED) for number in range(30)]
    records += [exchange(number, "b", system_text=ASKED["system_text"]) for number in range(30, 50)]
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)])
    return Store.open(tmp_path / "store")


def test_traces_are_templates_that_hardly_anybody_else_sends(store):
    ties = read_ties(store, _watched(store), ["nobody"])
    assert dict(ties.known) == {"a": KnownBy((), ("k",)), "nobody": KnownBy()}
    kinds = {one.kind for one in ties.traces["c"]}
    assert kinds == {KeyKind.SHINGLE, KeyKind.HEAD, KeyKind.TAIL}
    assert all(one == TemplateKey(one.kind, one.key, 31 / 32) for one in ties.traces["c"])


def test_a_campaign_under_review_or_without_members_leaves_no_trace(store):
    watched = _watched(store)
    reviewed = replace(watched, campaigns=(replace(watched.campaigns[0], verdict="review"),))
    assert dict(read_ties(store, reviewed).traces) == {}
    assert read_ties(store, replace(watched, standings=())) == ({}, {})
