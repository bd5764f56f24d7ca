"""A policy in words, and the table of a trial."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stillwatch.core.tried import Shifted, Trial, Tried, TriedAccount, TriedCampaign, TriedRule
from stillwatch.faces.cli.policy_text import ladder, tried_lines
from stillwatch.guard.read_policy import read_policy

_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(rule: str, head: str = 'mode = "enforce"') -> str:
    policy = read_policy(f'version = "v1"\n{head}\n[[rule]]\nname = "r"\n{rule}', "policy.toml")
    return "\n".join(list(ladder(policy))[1:])


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('respond = "observe"\nroles = ["review"]', "1. r: note, requests of review known by account or api_key"),
        (
            (
                'respond = "throttle"\nroles = ["operator"]\nleast_confidence = 0.95\nrequests_per_minute = 6\n'
                'per = "campaign"'
            ),
            (
                "1. r: refuse (429) beyond 6 requests a minute for each campaign, 6 at once, "
                "requests of operator known by account or api_key with confidence 0.95 or more"
            ),
        ),
        (
            'respond = "trim"\nstrip_logprobs = true\nmax_choices = 1\nmax_tokens = 4096\nwants = ["logprobs"]',
            (
                "1. r: trim (log-probabilities left out, 1 choices at most, 4,096 tokens at most), "
                "requests that want logprobs"
            ),
        ),
        (
            (
                'respond = "trim"\nstrip_prompt_logprobs = true\nmax_logprobs = 5\nlogprob_decimals = 2\n'
                "strip_sampler = true"
            ),
            (
                "1. r: trim (log-probabilities of the prompt left out, 5 alternatives at most, "
                "log-probabilities to 2 decimals, the client's sampler fields left out), all requests"
            ),
        ),
        (
            'respond = "block"\nroles = ["trace"]\nkeys = ["template", "prefix"]\nleast_keys = 2\nmodels = ["big-*"]',
            "1. r: refuse (403), requests of trace known by 2 of prefix or template, to the models big-*",
        ),
        (
            'respond = "challenge"\nroles = ["mixed"]\nurl = "https://id.example"\nunless_accounts = ["a-1"]',
            (
                "1. r: refuse (403) until identified at https://id.example, "
                "requests of mixed known by account or api_key, but not of a-1"
            ),
        ),
        ('respond = "withhold_reasoning"\nhow = "summarise"', "1. r: put a note in place of reasoning, all requests"),
        (
            'respond = "allow"\norganisations = ["o-1"]',
            ("1. r: let through, and ask no later rule, requests of the organisations o-1"),
        ),
        (
            'respond = "block"\naccounts = ["a-1"]\nmode = "shadow"',
            ("1. r [shadow]: refuse (403), requests of the accounts a-1"),
        ),
    ],
)
def test_each_response_is_a_sentence(rule: str, words: str) -> None:
    assert told(rule).strip() == words


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ('mode = "enforce"', "policy v1, in force; a request that cannot be decided on: lets it through"),
        (
            'on_failure = "deny"',
            "policy v1, in shadow: it only watches; a request that cannot be decided on: refuses it",
        ),
    ],
)
def test_the_policy_itself_is_told_first(head: str, words: str) -> None:
    assert next(ladder(read_policy(f'version = "v1"\n{head}', "policy.toml"))) == words


def test_a_covert_rule_stands_out_with_its_persons() -> None:
    text = told(
        'respond = "tag"\ntags = ["wm-1"]\nroles = ["operator"]\n[rule.unsafe_covert]\nrequested_by = "Ada"\n'
        'approved_by = "Grace"\nexpires_at = 2030-01-01T00:00:00Z\nwhy = "to prove a copy"\n'
        'exempt_organisations = ["o-1"]'
    )
    assert text.splitlines()[1].strip() == (
        "COVERT: asked for by Ada, approved by Grace, until 2030-01-01; spares o-1; to prove a copy"
    )


def trial(accounts: int) -> Trial:
    hit = TriedAccount(
        account_id="a-0",
        role="operator",
        subject="c-1",
        requests=9,
        refused=3,
        changed=0,
        first_at=_AT,
        rules=("quota",),
    )
    rule = TriedRule(
        rule="quota",
        respond="throttle",
        matched=9,
        refused=3,
        changed=0,
        accounts=accounts,
        unlisted=1,
        first_at=_AT,
    )
    return Trial(
        policy_version="v2",
        rules=(rule,),
        campaigns=(TriedCampaign(subject="c-1", accounts=1, matched=9, refused=3, changed=0, first_at=_AT),),
        accounts=(
            *(replace(hit, account_id=f"a-{number}") for number in range(accounts)),
            replace(hit, account_id="honest", role="", subject=""),
        ),
        refused=3,
        changed=0,
        held_back=2,
    )


def outcome(accounts: int) -> Tried:
    before = replace(trial(1), policy_version="v1", refused=0)
    moved = Shifted(account_id="a-0", role="operator", refused_before=0, refused=3, changed_before=0, changed=0)
    return Tried(
        requests=60,
        accounts=10,
        first_at=_AT,
        last_at=_AT,
        rejected=1,
        faults=("ends early",),
        notes=("no standings",),
        trial=trial(accounts),
        against=before,
        shifted=(moved,),
    )


def test_a_trial_is_told_from_the_whole_to_the_account() -> None:
    assert "\n".join(tried_lines(outcome(1))) == (
        "policy v2 on 60 requests of 10 accounts, 2026-11-22 12:00 to 2026-11-22 12:00\n"
        "would have refused 3 and changed 0 requests, of 2 accounts; 1 of these stand nowhere by themselves\n"
        "held back 2 refusals: experimental signals, or a rule that only watches\n"
        "\n"
        "rule   respond   matched  refused  changed  accounts  unlisted  first\n"
        "quota  throttle  9        3        0        1         1         2026-11-22 12:00\n"
        "\n"
        "campaign  accounts  matched  refused  changed  first\n"
        "c-1       1         9        3        0        2026-11-22 12:00\n"
        "\n"
        "account  stands as  campaign  requests  refused  changed  first             rules\n"
        "honest   -          -         9         3        0        2026-11-22 12:00  quota\n"
        "a-0      operator   c-1       9         3        0        2026-11-22 12:00  quota\n"
        "\n"
        "against policy v1: refused 0 → 3, changed 0 → 0; 1 accounts are treated otherwise\n"
        "\n"
        "account  stands as  refused  changed\n"
        "a-0      operator   0 → 3    0 → 0\n"
        "note: no standings\n"
        "note: 1 records could not be read; ends early"
    )


def test_of_many_accounts_the_first_are_shown() -> None:
    lines = list(tried_lines(outcome(30)))
    assert "… and 11 more; --json names all" in lines
