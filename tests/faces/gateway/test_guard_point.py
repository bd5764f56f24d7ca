from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from guarded import POLICY, Told, asked

from guard_rows import AT, row
from stillwatch.core.decision import Action
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Standings


def test_http_and_decoded_bodies_are_decided_on_alike() -> None:
    told = Told()
    told.point.check_http(asked("/", body=b'{"model": "m"}', x_account="closed"), "/v1/chat", "r-1", is_whole=True)
    by_http = told.last
    told.point.check_body(RequestFacts("r-2", AT, account_id="closed"), {"model": "m"})
    assert (by_http.action, told.last.action) == (Action.BLOCK, Action.BLOCK)


def test_a_fault_while_reading_is_answered_as_declared_and_told() -> None:
    told = Told(POLICY.replace('on_failure = "allow"', 'on_failure = "deny"'))
    told.point.identity = None  # type: ignore[assignment]  # reading the request raises
    told.point.check_body(RequestFacts("r-2", AT), {"model": "m"})
    assert (told.last.action, told.last.degraded, told.last.id) == (Action.BLOCK, ("failed: AttributeError",), "d-1")


def test_keys_of_prompts_are_made_as_the_standings_need_them() -> None:
    told = Told()
    assert told.point.templates is None
    told.point.look_up_in(Standings(build([template(1)], seed=5, salt=7)))
    made = told.point.templates
    assert made is not None
    assert (made.salt, made.kinds) == (7, {KeyKind.SYSTEM})
    told.point.look_up_in(Standings(build([template(2)], seed=5, salt=7)))
    assert told.point.templates is made
    told.point.look_up_in(Standings(build([], seed=5, salt=7)))
    assert told.point.templates is None


def template(key: int) -> KeyStanding:
    return row(str(key), KeyName.TEMPLATE, kind=KeyKind.SYSTEM, role=Role.TRACE)
