"""A rule out of its table: all it can say, and every way to say it wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stillwatch.core.decision import Exposed, Obligations, Withhold
from stillwatch.core.errors import SettingsError
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import Budget, Covert, Mode, Response, Rule, Wants
from stillwatch.core.request_facts import Foreign, KeyName
from stillwatch.guard.read_policy import read_policy

HEAD = 'version = "1"\nmode = "enforce"\n[[rule]]\nname = "first"\nrespond = "observe"\n[[rule]]\nname = "x"\n'
"""The rule in question begins in line 6 of the file, and what a test adds in line 8."""
COVERT = """
is_visible = false
[rule.unsafe_covert]
requested_by = "ada"
approved_by = "ben"
expires_at = 2026-12-01
why = "canaries"
exempt_organisations = ["lab"]
"""


def of(text: str, mode: str = "enforce") -> Rule:
    return read_policy(HEAD.replace("enforce", mode) + text, "policy.toml").rules[-1]


def usual(respond: Response, **other: Any) -> Rule:
    keys = frozenset((KeyName.ACCOUNT, KeyName.API_KEY))
    return Rule(**{"name": "x", "respond": respond, "mode": Mode.ENFORCE, "names": keys} | other)


def test_every_condition() -> None:
    text = """
    respond = "observe"
    roles = ["operator", "trace"]
    keys = ["account", "template", "address"]
    least_keys = 2
    least_confidence = 0.5
    sources = ["scan", "intel"]
    subjects = ["c-1"]
    models = ["gpt-*"]
    paths = ["/v1/*"]
    wants = ["logprobs", "several_choices"]
    foreign_reasoning = ["account"]
    organisations = ["o"]
    accounts = ["a"]
    unless_organisations = ["p"]
    unless_accounts = ["b"]
    unless_licensed = ["prompt_logprobs"]
    reason = "Because."
    """
    assert of(text) == usual(
        Response.OBSERVE,
        roles=frozenset((Role.OPERATOR, Role.TRACE)),
        names=frozenset((KeyName.ACCOUNT, KeyName.TEMPLATE, KeyName.ADDRESS)),
        least_keys=2,
        least_confidence=0.5,
        sources=frozenset(("scan", "intel")),
        subjects=frozenset(("c-1",)),
        models=("gpt-*",),
        paths=("/v1/*",),
        wants=frozenset((Wants.LOGPROBS, Wants.SEVERAL_CHOICES)),
        foreign_reasoning=frozenset((Foreign.ACCOUNT,)),
        organisations=frozenset(("o",)),
        accounts=frozenset(("a",)),
        unless_organisations=frozenset(("p",)),
        unless_accounts=frozenset(("b",)),
        unless_licensed=frozenset((Wants.PROMPT_LOGPROBS,)),
        reason="Because.",
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('respond = "allow"', usual(Response.ALLOW)),
        (
            'respond = "throttle"\nrequests_per_minute = 6',
            usual(Response.THROTTLE, budget=Budget(per="account", interval_s=10.0, burst=6)),
        ),
        (
            'respond = "throttle"\ntokens_per_minute = 0.5\nper = "end_user"',
            usual(Response.THROTTLE, budget=Budget(per="end_user", interval_s=120.0, burst=1, counts_tokens=True)),
        ),
        (
            'respond = "throttle"\nrequests_per_minute = 60\nburst = 5\nroles = ["operator"]\nper = "campaign"',
            usual(
                Response.THROTTLE,
                roles=frozenset((Role.OPERATOR,)),
                budget=Budget(per="campaign", interval_s=1.0, burst=5),
            ),
        ),
        (
            'respond = "challenge"\nurl = "https://x.example"\naccounts = ["a"]',
            usual(Response.CHALLENGE, challenge_url="https://x.example", accounts=frozenset(("a",))),
        ),
        (
            (
                'respond = "trim"\nstrip_prompt_logprobs = true\nmax_logprobs = 5\nlogprob_decimals = 2\n'
                "strip_sampler = true"
            ),
            usual(
                Response.TRIM,
                obligations=Obligations(
                    strip_prompt_logprobs=True, max_logprobs=5, logprob_decimals=2, strip_sampler=True
                ),
            ),
        ),
        (
            'respond = "trim"\nstrip_logprobs = true\nmax_choices = 1\nmax_tokens = 9',
            usual(Response.TRIM, obligations=Obligations(strip_logprobs=True, max_choices=1, max_tokens=9)),
        ),
        (
            'respond = "withhold_reasoning"',
            usual(Response.WITHHOLD_REASONING, obligations=Obligations(withhold_reasoning=Withhold.STRIP)),
        ),
        (
            'respond = "withhold_reasoning"\nhow = "summarise"\nif_exposed = "stop"',
            usual(
                Response.WITHHOLD_REASONING,
                obligations=Obligations(withhold_reasoning=Withhold.SUMMARISE, if_exposed=Exposed.STOP),
            ),
        ),
        (
            'respond = "tag"\ntags = ["c"]\nis_visible = true',
            usual(Response.TAG, obligations=Obligations(tags=("c",))),
        ),
        (
            'respond = "route"\nto = "small"\nis_visible = true',
            usual(Response.ROUTE, obligations=Obligations(route_to="small")),
        ),
        (
            'respond = "tag"\ntags = ["c"]' + COVERT.replace("2026-12-01", "2026-12-01T00:00:00"),
            usual(
                Response.TAG,
                obligations=Obligations(tags=("c",)),
                covert=Covert(
                    requested_by="ada",
                    approved_by="ben",
                    expires_at=datetime(2026, 12, 1, tzinfo=UTC),
                    why="canaries",
                    exempts=("lab",),
                ),
            ),
        ),
    ],
)
def test_every_response(text: str, rule: Rule) -> None:
    assert of(text) == rule


def test_in_a_policy_in_shadow_each_rule_is() -> None:
    assert of('respond = "observe"\nmode = "enforce"', "shadow").mode is Mode.SHADOW
    assert of('respond = "observe"\nmode = "shadow"').mode is Mode.SHADOW


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 6, "unknown value None (known are: allow, block"),
        ('respond = "blok"', 8, "unknown value 'blok' (did you mean 'block'?)"),
        ('respond = "observe"\nrole = ["operator"]', 9, "unknown field 'role' (did you mean 'roles'?)"),
        ('respond = "observe"\nburst = 5', 9, "unknown field 'burst'"),
        ('respond = "observe"\nmode = "on"', 9, "unknown value 'on'"),
        ('respond = "observe"\nroles = ["operators"]', 9, "did you mean 'operator'?"),
        ('respond = "observe"\nroles = "operator"', 9, 'roles is a list of texts (write roles = ["…"])'),
        ('respond = "observe"\nroles = ["operator"]\nkeys = ["ip"]', 10, "unknown value 'ip'"),
        ('respond = "observe"\nroles = ["operator"]\nsources = ["log"]', 10, "unknown value 'log'"),
        ('respond = "observe"\nroles = ["operator"]\nleast_keys = -1', 10, "least_keys is a whole number"),
        ('respond = "observe"\nroles = ["operator"]\nleast_keys = true', 10, "least_keys is a whole number"),
        ('respond = "observe"\nroles = ["operator"]\nleast_confidence = 95', 10, "is a probability (give 0 to 1)"),
        ('respond = "observe"\nroles = ["operator"]\nleast_confidence = nan', 10, "is a probability"),
        ('respond = "observe"\nwants = ["all"]', 9, "unknown value 'all'"),
        ('respond = "observe"\nreason = 5', 9, "reason is a text"),
        ('respond = "throttle"', 8, "a throttle needs a rate"),
        ('respond = "throttle"\nrequests_per_minute = 5\ntokens_per_minute = 5', 10, "one of them"),
        ('respond = "throttle"\nrequests_per_minute = 0', 9, "must be above 0 (to refuse everything, respond"),
        ('respond = "throttle"\nrequests_per_minute = inf', 9, "must be above 0"),
        ('respond = "throttle"\nrequests_per_minute = nan', 9, "must be above 0"),
        ('respond = "throttle"\nrequests_per_minute = "5"', 9, "must be above 0"),
        ('respond = "throttle"\nrequests_per_minute = 5\nburst = 0', 10, "burst must be 1 or more"),
        (f'respond = "throttle"\nrequests_per_minute = 5\nburst = {"9" * 400}', 10, "burst is a whole number"),
        ('respond = "throttle"\nrequests_per_minute = 5\nper = "planet"', 10, "unknown value 'planet'"),
        ('respond = "challenge"\naccounts = ["a"]', 8, "challenge needs url"),
        ('respond = "challenge"\naccounts = ["a"]\nurl = "x"', 10, "'x' is no address of a page"),
        ('respond = "trim"', 8, "nothing is trimmed"),
        ('respond = "trim"\nstrip_logprobs = "yes"', 9, "strip_logprobs is true or false"),
        ('respond = "withhold_reasoning"\nhow = "hide"', 9, "unknown value 'hide'"),
        ('respond = "withhold_reasoning"\nif_exposed = "cut"', 9, "unknown value 'cut'"),
        ('respond = "tag"', 6, "no tag is named"),
        ('respond = "route"', 8, "route needs to"),
    ],
)
def test_every_mistake_names_its_line_and_the_mend(text: str, line: int, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        of(text)
    assert message in str(caught.value)
    assert caught.value.where == f"policy.toml:{line}"
    assert caught.value.mend


def test_a_rule_without_name() -> None:
    with pytest.raises(SettingsError, match=r"^policy\.toml:2: a rule needs a name"):
        read_policy('version = "1"\n[[rule]]\nrespond = "observe"', "policy.toml")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("ben", "", 11, "needs two persons and a reason"),
        ("ben", " Ada ", 13, "needs two persons"),
        ("canaries", " ", 11, "and a reason"),
        ("2026-12-01", '"tomorrow"', 14, "needs an end"),
        ("expires_at = 2026-12-01", "", 11, "needs an end"),
        ('exempt_organisations = ["lab"]', "", 11, "must spare evaluators"),
        ("why", "because", 15, "unknown field 'because'"),
        ("requested_by", "by", 12, "unknown field 'by'"),
    ],
)
def test_leave_to_be_covert_is_whole_or_refused(old: str, new: str, line: int, message: str) -> None:
    text = COVERT.replace("2026-12-01", "2026-12-01T00:00:00Z") if "2026" not in old else COVERT
    with pytest.raises(SettingsError, match=message) as caught:
        of('respond = "tag"\ntags = ["c"]' + text.replace(old, new))
    assert caught.value.where == f"policy.toml:{line}"


def test_a_day_is_no_time() -> None:
    with pytest.raises(SettingsError, match="needs an end"):
        of('respond = "tag"\ntags = ["c"]' + COVERT)
