"""A campaign as a scan finds it, in one short call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared_factory import NOW, PRODUCER

from stillwatch.core.campaign import Campaign, Evidence, Family, Member, Standing, TwinConsidered, Verdict
from stillwatch.core.to_share import ShareOptions


def member(name: str, standing: Standing = Standing.OPERATOR) -> Member:
    return Member(account_id=name, standing=standing, confidence=0.9, because=f"{name} sent all of it")


def found(**changes: Any) -> Campaign:
    common = {"score": 0.8, "accounts": 3, "exchanges": 900}
    one = Campaign(
        id="c-1",
        verdict=Verdict.CAMPAIGN,
        q_value=1e-6,
        confidence=0.97,
        exchanges=900,
        accounts=3,
        first_seen=NOW - timedelta(days=9, minutes=7, seconds=5),
        last_seen=NOW - timedelta(hours=3, minutes=7),
        roles=("response_harvest", "reward_model"),
        capabilities=("coding",),
        evidence=(
            Evidence(family=Family.TIMING, source="handover", p_value=1e-9, because="acct-1 then acct-2", **common),
            Evidence(
                family=Family.CONTENT,
                source="harvest_shape",
                p_value=1.0,
                because="'a b' to x@y.example",
                **common,
            ),
        ),
        members=(member("acct-1"), member("acct-2"), member("mixed", Standing.MIXED), member("used", Standing.VICTIM)),
        twins_considered=(TwinConsidered(twin="reseller", why_not="no end user comes back"),),
    )
    return replace(one, **changes)


def options(**changes: Any) -> ShareOptions:
    one = ShareOptions(producer_id=PRODUCER, producer_name="Member A", at=NOW, lifetime=timedelta(days=30))
    return replace(one, **changes)
