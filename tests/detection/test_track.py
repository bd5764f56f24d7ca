"""Campaigns from scan to scan: ids that last, standings that expire, events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from stillwatch.core.campaign import Basis, Campaign, Evidence, Family, Member, Run, ScanResult, Standing, Verdict
from stillwatch.core.early_warning import EarlyWarning
from stillwatch.core.tracking import Happening, Watched
from stillwatch.detection.track import failed, looked_once, rested, track

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def _campaign(name: str, members: str, verdict: Verdict = Verdict.CAMPAIGN) -> Campaign:
    """A campaign whose members are the letters."""
    evidence = Evidence(
        family=Family.TIMING, source="even_load", score=1, p_value=1e-9, because="one rate", accounts=2, exchanges=9
    )
    return Campaign(
        id=name,
        verdict=verdict,
        q_value=1e-6,
        confidence=0.9,
        exchanges=10 * len(members),
        accounts=len(members),
        first_seen=NOON,
        last_seen=NOON,
        roles=(),
        capabilities=(),
        evidence=(evidence,),
        members=tuple(
            Member(account_id=one, standing=Standing.OPERATOR, confidence=0.9, because="") for one in members
        ),
        twins_considered=(),
    )


def _scan(*campaigns: Campaign, warnings: tuple[EarlyWarning, ...] = ()) -> ScanResult:
    run = Run(
        version="0",
        started_at=NOON,
        finished_at=NOON,
        complete=True,
        inputs=(),
        exchanges=100,
        accounts=50,
        fdr=0.01,
        coverage={},
        warnings=(),
    )
    return ScanResult(run=run, campaigns=campaigns, set_aside=(), pictures=(), rejects=(), early_warnings=warnings)


def _after(*scans: ScanResult, step: timedelta = timedelta(hours=1)):
    """Every round of scans made one step apart, with standings that hold for a day."""
    watched, rounds = Watched(), []
    for number, scan in enumerate(scans):
        rounds.append(track(watched, scan, at=NOON + number * step, lifetime=DAY))
        watched = rounds[-1].watched
    return rounds


def _said(turn):
    return [(event.happening, event.campaign_id, "".join(event.accounts)) for event in turn.events]


def test_a_campaign_keeps_its_first_id_though_its_members_change():
    rounds = _after(_scan(_campaign("one", "abcdef")), _scan(_campaign("two", "cdefgh")), _scan(_campaign("x", "ghef")))
    assert [turn.result.campaigns[0].id for turn in rounds] == ["one"] * 3
    assert [_said(turn) for turn in rounds] == [[(Happening.FLAGGED, "one", "abcdef")], [], []]


def test_two_pieces_of_one_campaign_do_not_both_take_its_id():
    turn = _after(_scan(_campaign("one", "abcdef")), _scan(_campaign("two", "abcd"), _campaign("three", "ef")))[1]
    assert [campaign.id for campaign in turn.result.campaigns] == ["one", "three"]


def test_growth_is_told_from_a_tenth_on_with_the_new_members():
    first = "abcdefghijklmnopqrst"
    small, grown = _after(
        _scan(_campaign("c", first)), _scan(_campaign("d", first + "u")), _scan(_campaign("e", first + "uv"))
    )[1:]
    assert _said(small) == []
    assert _said(grown) == [(Happening.GROWN, "c", "v")]


def test_another_verdict_is_told():
    turn = _after(_scan(_campaign("c", "abcd")), _scan(_campaign("c", "abcd", Verdict.REVIEW)))[1]
    assert _said(turn) == [(Happening.CHANGED, "c", "")]


def test_a_campaign_that_is_not_found_again_stands_until_it_expires_and_then_is_gone():
    rounds = _after(_scan(_campaign("c", "abcd")), _scan(), _scan(), step=timedelta(hours=12))
    assert [len(turn.watched.standings) for turn in rounds] == [4, 4, 0]
    assert _said(rounds[2]) == [(Happening.GONE, "c", "")]
    assert rounds[2].watched.campaigns == ()


def test_a_standing_remembers_since_when():
    turn = _after(_scan(_campaign("c", "abcd")), _scan(_campaign("c", "abcde")))[1]
    since = {one.account_id: one.since for one in turn.watched.standings}
    assert (since["a"], since["e"]) == (NOON, NOON + timedelta(hours=1))
    assert {one.expires_at for one in turn.watched.standings} == {NOON + timedelta(hours=25)}


def test_a_warning_is_told_once():
    one = EarlyWarning(
        kind="variant_sweep",
        because="many",
        p_value=1e-6,
        q_value=1e-5,
        accounts=("a", "b"),
        exchanges=9,
        prompts=9,
        first_seen=NOON,
        last_seen=NOON,
        twin="red team",
        instead="Ask.",
        excerpt="",
    )
    other = replace(one, kind="release_pivot")
    rounds = _after(_scan(warnings=(one,)), _scan(warnings=(replace(one, accounts=("a", "b", "c")), other)))
    assert [[event.because for event in turn.events] for turn in rounds] == [
        ["variant_sweep: many"],
        ["release_pivot: many"],
    ]
    assert rounds[1].watched.standings == ()


def test_numbers_of_events_have_no_gap_and_a_failed_round_keeps_what_stands():
    first = _after(_scan(_campaign("c", "abcd")))[0]
    turn = failed(first.watched, "the disk is full", at=NOON + timedelta(hours=2))
    assert [(event.number, event.happening) for event in turn.events] == [(1, Happening.FAILED)]
    assert (len(turn.watched.standings), turn.watched.complete) == (4, False)


def test_a_campaign_is_told_for_the_first_time_only_when_it_is_sure_enough_for_many_looks():
    unsure, sure = (replace(_campaign("c-1", "abcdef"), q_value=q_value) for q_value in (0.006, 1e-5))
    first, second, third = _after(_scan(unsure), _scan(sure), _scan(unsure))
    assert (first.events, first.watched.standings, first.result.campaigns) == ((), (), ())
    assert [event.happening for event in second.events] == [Happening.FLAGGED]
    assert [one.id for one in third.result.campaigns] == ["c-1"]  # told before: no new claim


def test_a_round_without_a_scan_lets_standings_run_out():
    (first,) = _after(_scan(_campaign("c-1", "abcdef")))
    kept = rested(first.watched, at=NOON + DAY / 2)
    gone = rested(kept.watched, at=NOON + 2 * DAY)
    assert (kept.events, kept.watched.standings) == ((), first.watched.standings)
    assert [event.happening for event in gone.events] == [Happening.GONE]
    assert (gone.watched.campaigns, gone.watched.looked_at) == ((), NOON)


def test_a_known_campaign_remembers_the_keys_of_its_last_scan():
    basis = Basis(campaign_id="one", origin="x", kinds=(4,), keys=(7,), p_value=1e-9, judged=1, is_experimental=True)
    rounds = _after(replace(_scan(_campaign("one", "abc")), bases=(basis,)), _scan(_campaign("one", "abc")))
    (first, second) = (turn.watched.campaigns[0] for turn in rounds)
    assert (first.kinds, first.keys, first.is_experimental) == ((4,), (7,), True)
    assert (second.kinds, second.keys, second.is_experimental) == ((), (), False)


def test_a_single_scan_says_all_that_it_found():
    unsure = replace(_campaign("one", "ab"), q_value=0.009)
    watched = looked_once(_scan(unsure), at=NOON, lifetime=DAY)
    assert [(one.account_id, one.since, one.expires_at) for one in watched.standings] == [
        ("a", NOON, NOON + DAY),
        ("b", NOON, NOON + DAY),
    ]
    assert [one.campaign_id for one in watched.campaigns] == ["one"]
