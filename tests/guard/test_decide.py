"""What happens to a request, by policy, standing and budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guard_rows import AT, asked, guarded, row, rule
from stillwatch.core.decision import Action, Decision, Exposed, Obligations, Withhold
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.policy import Budget, Mode, OnFailure, Response, Rule
from stillwatch.core.request_facts import BodySeen, KeyName
from stillwatch.guard.decide import Guarded, decide, failed

TRIM = Obligations(strip_logprobs=True, max_choices=1)
WITHHOLD = Obligations(withhold_reasoning=Withhold.STRIP, if_exposed=Exposed.STOP)
SLOW = Budget(per="campaign", interval_s=10.0, burst=2)
PLAIN = Decision(action=Action.ALLOW, policy_version="v-1", degraded=("body: none",))


def slow(**other: Any) -> Rule:
    return rule(Response.THROTTLE, **{"budget": SLOW} | other)


def served(state: Guarded, account: str, at: float = AT) -> Decision:
    """Decide and book, as a guard does."""
    decision = decide(asked(account, at=at), state)
    for charge in decision.charges:
        state.budgets.book(charge, at)
    return decision


def test_most_requests_get_the_answer_made_beforehand() -> None:
    state = guarded(rule(), rows=(row(),))
    assert decide(asked("honest"), state) == PLAIN
    assert decide(asked("honest"), state) is decide(asked("other"), state)


@pytest.mark.parametrize(
    ("seen", "is_late", "degraded"),
    [
        (BodySeen.WHOLE, False, ()),
        (BodySeen.NONE, False, ("body: none",)),
        (BodySeen.PARTIAL, True, ("body: partial", "template keys: late")),
        (BodySeen.MALFORMED, False, ("body: malformed",)),
        (BodySeen.WHOLE, True, ("template keys: late",)),
    ],
)
def test_what_was_missing_is_said(seen: BodySeen, is_late: bool, degraded: tuple[str, ...]) -> None:
    for state in (guarded(), guarded(rule(Response.OBSERVE, roles=frozenset()))):
        assert decide(asked(body_seen=seen, templates_late=is_late), state).degraded == degraded


def test_a_block_says_why_to_customer_and_operator() -> None:
    state = guarded(
        rule(Response.OBSERVE), rule(name="stop", reason="Stopped."), rows=(row(),), contact="a@lab.example"
    )
    assert decide(asked(), state) == replace(
        PLAIN,
        action=Action.BLOCK,
        rule="stop",
        reason="Stopped. Questions: a@lab.example.",
        because="keeps the fleet's hours",
        subject="c-1",
        confidence=0.99,
        observed=("observe", "stop"),
    )


def test_a_challenge_names_where_to_go() -> None:
    found = decide(asked(), guarded(rule(Response.CHALLENGE, challenge_url="https://x.example"), rows=(row(),)))
    assert (found.action, found.challenge_url) == (Action.CHALLENGE, "https://x.example")
    assert found.reason.startswith("We need to verify")


def test_the_accounts_of_an_operator_share_one_budget() -> None:
    state = guarded(slow(), rows=tuple(row(f"a-{number}") for number in range(5)))
    actions = [served(state, f"a-{number}") for number in range(4)]
    assert [one.action for one in actions] == [Action.ALLOW, Action.ALLOW, Action.THROTTLE, Action.THROTTLE]
    assert actions[2].retry_after_s == pytest.approx(10.0)
    assert actions[2].charges == ()
    assert served(state, "a-4", AT + 10).action is Action.ALLOW
    assert served(state, "honest").action is Action.ALLOW


def test_another_campaign_has_another_budget() -> None:
    state = guarded(slow(), rows=(row("a-1"), row("b-1", subject="c-2")))
    assert [served(state, one).action for one in ("a-1", "a-1", "b-1", "b-1")] == [Action.ALLOW] * 4
    assert [served(state, one).action for one in ("a-1", "b-1")] == [Action.THROTTLE] * 2


def test_a_request_that_is_refused_costs_no_other_budget() -> None:
    wide = slow(name="wide", budget=Budget(per="account", interval_s=1.0, burst=9))
    state = guarded(wide, rule(), rows=(row(),))
    assert decide(asked(), state).charges == ()


def test_obligations_of_all_rules_add_up_and_visible_ones_are_told() -> None:
    rules = (
        rule(Response.TRIM, obligations=TRIM),
        rule(Response.WITHHOLD_REASONING, obligations=WITHHOLD),
        rule(Response.TRIM, name="again", obligations=Obligations(max_tokens=9)),
        rule(Response.TAG, name="hidden", roles=frozenset((Role.MIXED,)), obligations=Obligations(tags=("t",))),
    )
    found = decide(asked(), guarded(*rules, rows=(row(),)))
    assert found.obligations == Obligations(
        strip_logprobs=True, max_choices=1, max_tokens=9, withhold_reasoning=Withhold.STRIP, if_exposed=Exposed.STOP
    )
    assert found.applied == ("trim", "withhold_reasoning")
    assert found.observed == ("trim", "withhold_reasoning", "again")


def test_shadow_changes_nothing_and_says_what_it_would_have() -> None:
    rules = (
        rule(Response.TRIM, obligations=TRIM, mode=Mode.SHADOW),
        rule(Response.CHALLENGE, mode=Mode.SHADOW),
        rule(mode=Mode.SHADOW),
    )
    found = decide(asked(), guarded(*rules, rows=(row(),), mode=Mode.SHADOW))
    assert found == replace(
        PLAIN,
        rule="block",
        shadowed=Action.CHALLENGE,
        observed=("trim", "challenge", "block"),
        because="keeps the fleet's hours",
        subject="c-1",
        confidence=0.99,
    )


def test_a_shadow_throttle_is_counted_as_if_it_were_carried_out() -> None:
    state = guarded(slow(mode=Mode.SHADOW), rows=(row(),), mode=Mode.SHADOW)
    found = [served(state, "a-1") for _ in range(4)]
    assert [one.action for one in found] == [Action.ALLOW] * 4
    assert [one.shadowed for one in found] == [None, None, Action.THROTTLE, Action.THROTTLE]


def test_a_shadow_rule_before_one_that_is_enforced() -> None:
    found = decide(asked(), guarded(rule(Response.CHALLENGE, mode=Mode.SHADOW), rule(), rows=(row(),)))
    assert (found.action, found.shadowed) == (Action.BLOCK, Action.CHALLENGE)


@pytest.mark.parametrize(
    ("rule_mode", "policy_mode", "is_blocked"),
    [(Mode.ENFORCE, Mode.ENFORCE, False), (Mode.SHADOW, Mode.ENFORCE, True), (Mode.SHADOW, Mode.SHADOW, False)],
)
def test_an_allowance_ends_the_walk_where_it_is_in_force(rule_mode: Mode, policy_mode: Mode, is_blocked: bool) -> None:
    rules = (rule(Response.ALLOW, mode=rule_mode), rule(mode=policy_mode))
    found = decide(asked(), guarded(*rules, rows=(row(),), mode=policy_mode))
    assert (found.action is Action.BLOCK or found.shadowed is Action.BLOCK) is is_blocked


@pytest.mark.parametrize("respond", [Response.THROTTLE, Response.CHALLENGE, Response.BLOCK])
def test_what_is_experimental_never_denies(respond: Response) -> None:
    state = guarded(
        rule(respond, budget=SLOW if respond is Response.THROTTLE else None), rows=(row(is_experimental=True),)
    )
    found = [served(state, "a-1") for _ in range(4)]
    assert {one.action for one in found} == {Action.ALLOW}
    assert found[-1].shadowed is not None


def test_what_is_experimental_uses_up_nobodys_budget() -> None:
    state = guarded(slow(), rows=(row("shaky", is_experimental=True), row("a-1")))
    for _ in range(5):
        served(state, "shaky")
    assert served(state, "a-1").action is Action.ALLOW


def test_what_is_experimental_does_trim() -> None:
    found = decide(asked(), guarded(rule(Response.TRIM, obligations=TRIM), rows=(row(is_experimental=True),)))
    assert found.obligations == TRIM


def test_a_single_trace_blocks_nobody_and_may_slow_down() -> None:
    trace = row("192.0.2.7", KeyName.ADDRESS, role=Role.TRACE)
    about: dict[str, Any] = {"roles": frozenset((Role.TRACE,)), "names": frozenset((KeyName.ADDRESS,))}
    request = asked(client_address="192.0.2.7")
    found = decide(request, guarded(rule(**about), rows=(trace,)))
    assert (found.action, found.shadowed) == (Action.ALLOW, Action.BLOCK)
    state = guarded(slow(budget=Budget(per="campaign", interval_s=10.0, burst=1), **about), rows=(trace,))
    state.budgets.book(decide(request, state).charges[0], AT)
    assert decide(request, state).action is Action.THROTTLE


@pytest.mark.parametrize(
    "exempt",
    [row(role=Role.EXEMPT, source="appeal"), row("o-1", KeyName.ORGANISATION, role=Role.EXEMPT, source="list")],
    ids=["account", "organisation"],
)
def test_whoever_is_exempt_is_left_alone(exempt: KeyStanding) -> None:
    rules = (rule(), rule(name="everybody", roles=frozenset(), accounts=frozenset(("a-1",))))
    found = decide(asked(org_id="o-1"), guarded(*rules, rows=(row(), exempt)))
    assert found == replace(PLAIN, because=exempt.reason, subject=exempt.subject)


def test_a_rule_on_the_request_alone() -> None:
    state = guarded(rule(roles=frozenset(), accounts=frozenset(("a-1",))))
    found = decide(asked(), state)
    assert (found.action, found.because) == (Action.BLOCK, "rule 'block' on the request alone")
    assert decide(asked("a-2"), state) == PLAIN


def test_a_throttle_that_can_count_by_nothing_refuses_nobody() -> None:
    state = guarded(slow(roles=frozenset(), budget=Budget(per="account", interval_s=10.0, burst=1)))
    assert [served(state, "").action for _ in range(5)] == [Action.ALLOW] * 5


def test_of_an_answer_the_surest_standing_that_a_rule_rested_on_is_named() -> None:
    rows = (row(confidence=0.7, reason="matched"), row(role=Role.VICTIM, confidence=1.0, reason="not matched"))
    assert decide(asked(), guarded(rule(Response.OBSERVE), rows=rows)).because == "matched"


@pytest.mark.parametrize(
    ("on_failure", "mode", "action"),
    [
        (OnFailure.ALLOW, Mode.ENFORCE, Action.ALLOW),
        (OnFailure.DENY, Mode.ENFORCE, Action.BLOCK),
        (OnFailure.DENY, Mode.SHADOW, Action.ALLOW),
    ],
)
def test_a_failure_gets_the_declared_answer(on_failure: OnFailure, mode: Mode, action: Action) -> None:
    found = failed(guarded(on_failure=on_failure, mode=mode), "ValueError")
    assert (found.action, found.on_failure, found.degraded) == (action, on_failure, ("failed: ValueError",))
    assert bool(found.reason) is (action is Action.BLOCK)


def test_deciding_changes_nothing() -> None:
    state = guarded(slow(), rows=(row(),))
    assert decide(asked(), state) == decide(asked(), state)
    assert list(state.budgets.levels(AT)) == []
