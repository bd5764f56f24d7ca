from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attribution_plan import plan
from stillwatch.attribution.plan import PlanStanding, Registered, sha256_of, standing_of
from stillwatch.core.errors import InputError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.service.attribution.register_plan import register_plan, registered_plan
from stillwatch.service.evidence.evidence_log import EvidenceLog

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAN = plan()


@pytest.fixture
def log(tmp_path):
    return EvidenceLog.make(tmp_path / "evidence", "log.lab.example/2026", clock=lambda: 0.0)


def test_a_plan_is_found_where_it_was_noted_and_no_other_is(log):
    assert registered_plan(PLAN, log) is None
    assert register_plan(PLAN, log, at=NOW) == 0
    assert registered_plan(PLAN, log) == Registered(sha256_of(PLAN), NOW)
    assert registered_plan(plan(alpha="0.05"), log) is None


def test_a_plan_that_is_noted_again_stays_where_it_was(log):
    register_plan(PLAN, log, at=NOW)
    assert register_plan(PLAN, log, at=NOW + timedelta(days=1)) == 0
    assert log.size == 1
    assert standing_of(PLAN, registered_plan(PLAN, log), NOW + timedelta(hours=1)) is PlanStanding.CONFIRMATORY


def test_a_plan_that_leaves_something_open_is_not_noted(log):
    with pytest.raises(InputError, match="clean control"):
        register_plan(plan(controls=()), log, at=NOW)
    assert log.size == 0


def test_a_digest_that_was_noted_as_something_else_is_no_plan(log):
    log.note([Leaf(kind=LeafKind.OTHER, sha256=sha256_of(PLAN), noted_at=NOW)])
    assert registered_plan(PLAN, log) is None
    assert register_plan(PLAN, log, at=NOW) == 1
