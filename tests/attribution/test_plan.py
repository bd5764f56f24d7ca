from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785

from attribution_plan import plan
from stillwatch.attribution.plan import (
    PlanStanding,
    Registered,
    canonical,
    check_plan,
    differing_fields,
    read_plan,
    sha256_of,
    standing_of,
)
from stillwatch.core.errors import InputError
from stillwatch.evidence.leaf_entry import digest_of

_SCORED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_plan_is_written_in_the_canonical_form_that_the_log_digests():
    value = json.loads(canonical(plan()))
    assert rfc8785.dumps(value) == canonical(plan())
    assert digest_of(value) == sha256_of(plan())


def test_what_is_written_is_read():
    assert read_plan(canonical(plan())) == plan()


def test_a_test_says_its_material_and_its_excess_where_it_has_any():
    bare, coins = plan(), plan(tests=(plan().tests[0]._replace(material_sha256="04" * 32, excess="0.3"),))
    assert b"material_sha256" not in canonical(bare)
    assert b'"excess":"0.3"' in canonical(coins)
    assert read_plan(canonical(coins)) == coins


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", canonical(plan()) + b" ", canonical(plan())[:-1]])
def test_what_is_no_plan_is_refused(data):
    with pytest.raises(InputError, match="plan"):
        read_plan(data)


@pytest.mark.parametrize("field", json.loads(canonical(plan())))
def test_a_plan_must_say_everything(field):
    value = json.loads(canonical(plan()))
    del value[field]
    with pytest.raises(InputError, match="no plan"):
        read_plan(rfc8785.dumps(value))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tests": ()}, "name at least one test"),
        ({"tests": plan().tests * 2}, "name each test once"),
        ({"tests": (plan().tests[0]._replace(rule="mode_log"),)}, "served contexts"),
        ({"tests": (plan().tests[0]._replace(key_commitment="x"),)}, "64 hexadecimal"),
        ({"controls": ()}, "clean control"),
        ({"probes_sha256": "AB" * 32}, "64 hexadecimal"),
        ({"served_sha256": "x"}, "64 hexadecimal"),
        ({"alpha": "1"}, "alpha as a decimal"),
        ({"alpha": "0.0"}, "alpha as a decimal"),
        ({"full_share_excess": "much"}, "full_share_excess"),
        ({"tests": (plan().tests[0]._replace(excess="much"),)}, "full_share_excess"),
        ({"tests": (plan().tests[0]._replace(material_sha256="x"),)}, "64 hexadecimal"),
        ({"decoys": 999}, "1,000 decoy keys"),
        ({"stop_after_tokens": 0}, "when to stop|tokens to stop"),
        ({"code_version": ""}, "by what code"),
    ],
)
def test_what_a_plan_leaves_open_is_named(change, says):
    with pytest.raises(InputError, match=says):
        check_plan(plan(**change))


def test_a_result_may_be_claimed_when_the_log_held_this_plan_before_the_first_score():
    before, after = _SCORED_AT - timedelta(seconds=1), _SCORED_AT
    registered = Registered(sha256_of(plan()), before)
    assert standing_of(plan(), registered, _SCORED_AT) is PlanStanding.CONFIRMATORY
    assert standing_of(plan(), registered._replace(noted_at=after), _SCORED_AT) is PlanStanding.EXPLORATORY
    assert standing_of(plan(), None, _SCORED_AT) is PlanStanding.EXPLORATORY


def test_whoever_ran_something_else_is_told_what():
    run = plan(tests=(plan().tests[0]._replace(rule="pairs"),), alpha="0.05")
    assert differing_fields(plan(), run) == ("tests", "alpha")
    assert (
        standing_of(run, Registered(sha256_of(plan()), _SCORED_AT - timedelta(1)), _SCORED_AT)
        is PlanStanding.EXPLORATORY
    )
