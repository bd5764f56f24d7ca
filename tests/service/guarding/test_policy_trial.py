"""One policy on a row of requests: refused, changed, booked and counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.core.tried import Trial, TriedAccount, TriedCampaign, TriedRule
from stillwatch.guard.build_standings import build
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.standings import Standings
from stillwatch.service.guarding.policy_trial import PolicyTrial

_HEAD = 'version = "v1"\nmode = "enforce"\n'
_AT = 1_780_000_000.0
_FIRST = datetime.fromtimestamp(_AT, UTC)


def standing(value: str, role: Role = Role.OPERATOR, **fields: object) -> KeyStanding:
    usual = {
        "name": KeyName.ACCOUNT,
        "subject": "c-1",
        "confidence": 0.99,
        "reason": "one hand",
        "since": datetime(1970, 1, 1, tzinfo=UTC),
        "expires_at": datetime(2100, 1, 1, tzinfo=UTC),
    }
    return KeyStanding(value=value, role=role, **(usual | fields))  # type: ignore[arg-type]  # the test's own


def trial_of(rules: str, *standings: KeyStanding) -> PolicyTrial:
    return PolicyTrial(read_policy(_HEAD + rules, "policy.toml"), Standings(build(standings, seed=1)))


def take(trial: PolicyTrial, seconds: float, account: str, *, tokens: int = 0, **fields: object) -> None:
    facts = RequestFacts("", _AT + seconds, account, **fields)  # type: ignore[arg-type]  # the test's own
    trial.take(facts, tokens=tokens, signatures=(), ended_at=_AT + seconds + 1)


def test_everything_is_counted_once_by_rule_account_and_campaign() -> None:
    trial = trial_of(
        """
        [[rule]]
        name = "trim"
        roles = ["operator"]
        respond = "trim"
        strip_logprobs = true
        [[rule]]
        name = "quota"
        roles = ["operator"]
        respond = "throttle"
        requests_per_minute = 1
        burst = 1
        per = "campaign"
        """,
        standing("a-1"),
        standing("a-2"),
    )
    take(trial, 0, "a-1", wants_logprobs=True)
    take(trial, 1, "a-2", wants_logprobs=True)
    take(trial, 2, "honest", wants_logprobs=True)
    take(trial, 70, "a-2")
    assert trial.result() == Trial(
        policy_version="v1",
        rules=(
            TriedRule(
                rule="trim",
                respond="trim",
                matched=3,
                refused=0,
                changed=1,
                accounts=1,
                unlisted=0,
                first_at=_FIRST,
            ),
            TriedRule(
                rule="quota",
                respond="throttle",
                matched=3,
                refused=1,
                changed=0,
                accounts=1,
                unlisted=0,
                first_at=datetime.fromtimestamp(_AT + 1, UTC),
            ),
        ),
        campaigns=(TriedCampaign(subject="c-1", accounts=2, matched=3, refused=1, changed=1, first_at=_FIRST),),
        accounts=(
            TriedAccount(
                account_id="a-2",
                role="operator",
                subject="c-1",
                requests=2,
                refused=1,
                changed=0,
                first_at=datetime.fromtimestamp(_AT + 1, UTC),
                rules=("quota",),
            ),
            TriedAccount(
                account_id="a-1",
                role="operator",
                subject="c-1",
                requests=1,
                refused=0,
                changed=1,
                first_at=_FIRST,
                rules=("trim",),
            ),
        ),
        refused=1,
        changed=1,
        held_back=0,
    )


def test_whoever_is_hit_without_a_standing_of_its_own_is_unlisted() -> None:
    trial = trial_of(
        """
        [[rule]]
        name = "everybody"
        respond = "throttle"
        requests_per_minute = 1
        burst = 1
        """,
        standing("a-1"),
    )
    for seconds in range(3):
        take(trial, seconds, "a-1")
        take(trial, seconds, "honest")
    found = trial.result()
    assert [(one.accounts, one.unlisted, one.refused) for one in found.rules] == [(2, 1, 4)]
    assert [(one.account_id, one.role) for one in found.accounts] == [("a-1", "operator"), ("honest", "")]


def test_tokens_are_booked_when_the_reply_has_ended() -> None:
    trial = trial_of(
        """
        [[rule]]
        name = "tokens"
        respond = "throttle"
        tokens_per_minute = 60
        burst = 60
        """,
    )
    take(trial, 0, "a-1", tokens=120)
    take(trial, 0.5, "a-1", tokens=120)
    take(trial, 2, "a-1")
    assert [one.refused for one in trial.result().rules] == [1]


def test_reasoning_carried_to_another_account_is_seen() -> None:
    trial = trial_of(
        """
        [[rule]]
        name = "pooled"
        foreign_reasoning = ["account"]
        respond = "block"
        """
    )
    trial.take(RequestFacts("", _AT, "a-1"), tokens=0, signatures=("sig",), ended_at=_AT + 1)
    take(trial, 2, "a-1", reasoning_in=("sig",))
    take(trial, 3, "a-2", reasoning_in=("sig",))
    assert [one.account_id for one in trial.result().accounts] == ["a-2"]


@pytest.mark.parametrize("mode", ["shadow", "enforce"])
def test_what_only_watches_hits_nobody(mode: str) -> None:
    trial = trial_of(
        f"""
        [[rule]]
        name = "operators"
        roles = ["operator"]
        respond = "block"
        mode = "{mode}"
        """,
        standing("a-1", is_experimental=mode == "enforce"),
    )
    take(trial, 0, "a-1")
    found = trial.result()
    assert (found.refused, found.held_back, found.accounts) == (0, 1, ())


def test_the_exempt_are_spared() -> None:
    trial = trial_of(
        """
        [[rule]]
        name = "operators"
        roles = ["operator"]
        respond = "block"
        """,
        standing("a-1"),
        standing("a-1", Role.EXEMPT),
    )
    take(trial, 0, "a-1")
    assert trial.result().accounts == ()
