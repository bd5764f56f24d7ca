"""Every honest twin: a world that it explains, and a near miss that it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stillwatch.detection.shape import shape_of
from stillwatch.detection.twins import TWINS
from stillwatch.detection.world import town

OFFICE = (9, 17)

CASES = {
    "declared_organisation": {
        "all keys name one organisation": (True, lambda: town().fleet(20).sharing("org_key")),
        "all mail addresses are of one company": (True, lambda: town().fleet(20).holding("email_domain", each=20)),
        "all are in one team": (True, lambda: town().fleet(20).sharing("team_key", share=0.9)),
        "half of the keys name one organisation": (False, lambda: town().fleet(20).sharing("org_key", share=0.5)),
        "all mail addresses are of a public provider": (False, lambda: town().fleet(20).with_public_mail()),
    },
    "key_migration": {
        "one key begins when the one before has ended": (True, lambda: town().fleet(8).in_waves(8, gap_h=2)),
        "half of the keys begin when the others have ended": (False, lambda: town().fleet(8).in_waves(2, gap_h=2)),
    },
    "reseller": {
        "people who come back, behind each key": (
            True,
            lambda: town().people(12).within_hours(*OFFICE).serving(200),
        ),
        "nobody ever comes back": (False, lambda: town().people(12).within_hours(*OFFICE).serving(200, once=True)),
        "at all hours of the day": (False, lambda: town().fleet(12).serving(200)),
        "three people in all": (False, lambda: town().people(12).within_hours(*OFFICE).serving(3)),
    },
    "public_benchmark": {
        "each account runs the same list": (True, lambda: town().fleet(20).sending(100)),
        "one list is dealt out twice": (False, lambda: town().fleet(20).sending(3500)),
    },
    "scheduled_job": {
        "each account repeats a list of its own": (True, lambda: town().fleet(20).sending(50, each_own=True)),
        "a fifth is sent again": (False, lambda: town().fleet(20).sending(20, each_own=True, share=0.3)),
    },
    "scheduled_tool": {
        "each account at two minutes of its own": (
            True,
            lambda: town().fleet(20, per_day=2).by_timetable(times_a_day=2),
        ),
        "each account every hour": (True, lambda: town().fleet(20, per_day=24).by_timetable(times_a_day=24)),
        "two exchanges a day at any time": (False, lambda: town().fleet(20, per_day=2)),
        "around one hour of the day": (False, lambda: town().fleet(20, per_day=4).within_hours(7, 8)),
    },
    "classroom": {
        "a school's exit, in lesson hours": (
            True,
            lambda: town().people(20, per_day=8).sharing("prefix_key").within_hours(9, 16),
        ),
        "homes, in the hours of two days": (
            True,
            lambda: town().people(20, per_day=3).within_hours(9, 16).within_days(3, 5),
        ),
        "one exit, around the clock": (False, lambda: town().fleet(20, per_day=8).sharing("prefix_key")),
        "homes, in lesson hours for two weeks": (False, lambda: town().people(20).within_hours(9, 16)),
        "a load balancer's address, in lesson hours": (
            False,
            lambda: town().people(20).sharing("prefix_key").within_hours(9, 16).behind_one_balancer(),
        ),
    },
    "popular_tool": {
        "conversations in people's hours": (True, lambda: town().people(20).conversing(0.6).within_hours(*OFFICE)),
        "conversations around the clock": (False, lambda: town().fleet(20).conversing(0.6)),
        "single questions in people's hours": (False, lambda: town().people(20).conversing(0.1).within_hours(*OFFICE)),
    },
}
TWIN = {twin.name: twin for twin in TWINS}
LISTED = [(name, case) for name, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("name", "case"), LISTED, ids=[f"{name}: {case}" for name, case in LISTED])
def test_a_twin_fits_what_it_explains_and_no_near_miss(name, case):
    fits, make = CASES[name][case]
    world = make()
    scene, suspects = world.scene(), world.suspects()
    fit = TWIN[name].asks(scene, suspects, shape_of(scene, suspects))
    assert fit.fits == fits, fit.because
    assert any(character.isdigit() for character in fit.because)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_a_twin_has_cases_of_both_kinds(twin):
    assert {fits for fits, _ in CASES[twin.name].values()} == {True, False}


def test_a_fleet_has_no_twin():
    world = town().fleet(20)
    scene, suspects = world.scene(), world.suspects()
    shape = shape_of(scene, suspects)
    assert [twin.name for twin in TWINS if twin.asks(scene, suspects, shape).fits] == []


def test_a_part_of_a_large_customer_is_as_declared_as_the_whole():
    """Its other keys run the same program; what common mail providers hold runs anything."""
    world = town().fleet(60).sharing("org_key").sharing("params_key").sharing("client_key")
    part = replace(world, focus=world.focus[:20])
    scene, suspects = part.scene(), part.suspects()
    assert TWIN["declared_organisation"].asks(scene, suspects, shape_of(scene, suspects)).fits
