"""Rows of candidates in a guard's table: seen, never the reason of a denial."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lists_factory import NOW, add, screened

from stillwatch.core.decision import Action
from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded, decide
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.standings import Standings
from stillwatch.service.screening.screened_rows import screened_rows

if TYPE_CHECKING:
    from pathlib import Path

_POLICY = """version = "1"
mode = "enforce"
contact = "trust@example.org"
[[rule]]
name = "listed"
roles = ["review", "operator"]
least_confidence = 0.1
respond = "block"
"""


def test_the_harshest_policy_denies_nobody_for_a_candidate_but_the_decision_names_it(tmp_path: Path) -> None:
    add(tmp_path)
    rows = screened_rows(screened(tmp_path).candidates, at=NOW, lifetime=timedelta(days=1))
    assert [(row.value, row.role, row.source, row.is_experimental) for row in rows] == [
        ("a-1", Role.REVIEW, "list", True),
        ("a-2", Role.REVIEW, "list", True),
    ]
    guarded = Guarded(read_policy(_POLICY, "policy.toml"), Standings(build(rows, seed=1)), Budgets(8))
    decision = decide(RequestFacts("r-1", NOW.timestamp(), account_id="a-1"), guarded)
    assert (decision.action, decision.observed) == (Action.ALLOW, ("listed",))
    assert decision.because.startswith("screening: organisation may be ours:n-1 'Orrin Lattice Works'")
    assert decide(RequestFacts("r-2", NOW.timestamp(), account_id="a-3"), guarded).observed == ()
