"""Rules that could never match, deny without ground or change answers unseen are refused."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.guard.read_policy import read_policy

HEAD = 'version = "1"\n[[rule]]\nname = "x"\n'

LEAVE = """[rule.unsafe_covert]
requested_by = "a"
approved_by = "b"
why = "x"
expires_at = 2026-12-01T00:00:00Z
exempt_organisations = []
"""


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('respond = "observe"\nroles = ["exempt"]', 5, "cannot speak of exempt keys"),
        ('respond = "observe"\nroles = ["operator"]\nleast_keys = 3', 6, "3 different keys can never agree where 2"),
        ('respond = "observe"\nroles = ["operator"]\nleast_keys = 0', 6, "0 different keys"),
        (
            'respond = "observe"\nroles = ["trace"]\nkeys = ["address", "prefix"]\nleast_keys = 2',
            7,
            "can never agree where 1",
        ),
        ('respond = "observe"\nkeys = ["account"]', 5, "says nothing where the rule looks at the request alone"),
        ('respond = "observe"\nleast_confidence = 0.5', 5, "says nothing"),
        ('respond = "throttle"\nrequests_per_minute = 5\nper = "campaign"', 6, "a request alone has no campaign"),
        ('respond = "block"', 4, "would block every request"),
        ('respond = "block"\nunless_accounts = ["a"]', 4, "would block every request"),
        (
            'respond = "block"\nroles = ["trace"]\nkeys = ["address"]',
            6,
            "would block on a single trace that honest customers may share",
        ),
        ('respond = "challenge"\nurl = "https://x"\nroles = ["operator"]\nkeys = ["end_user"]', 7, "a single trace"),
        ('respond = "block"\naccounts = ["a"]\nis_visible = false', 6, "block changes no answer unseen"),
        ('respond = "observe"\n[rule.unsafe_covert]\nwhy = "x"', 5, "needs two persons and a reason"),
        ('respond = "tag"\ntags = ["t"]', 4, "would change answers without the customer seeing it"),
        ('respond = "route"\nto = "small"\nis_visible = false', 6, "without the customer seeing it"),
        ('respond = "trim"\nmax_choices = 1\nis_visible = false', 6, "without the customer seeing it"),
        (
            'respond = "trim"\nmax_choices = 1\n' + LEAVE,
            6,
            "is both visible and covert",
        ),
        (
            'respond = "observe"\n' + LEAVE,
            5,
            "observe changes no answer unseen",
        ),
    ],
)
def test_what_must_not_be(text: str, line: int, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_policy(HEAD + text, "policy.toml")
    assert message in str(caught.value)
    assert caught.value.where == f"policy.toml:{line}"
    assert caught.value.mend


@pytest.mark.parametrize(
    "text",
    [
        'respond = "block"\nroles = ["trace"]\nkeys = ["address", "client"]\nleast_keys = 2',
        'respond = "block"\nroles = ["operator"]',
        'respond = "block"\nwants = ["logprobs"]',
        'respond = "throttle"\nrequests_per_minute = 5\nroles = ["trace"]\nkeys = ["address"]\nper = "campaign"',
        'respond = "throttle"\nrequests_per_minute = 5',
        'respond = "trim"\nmax_choices = 1\nis_visible = true',
    ],
)
def test_what_may_be(text: str) -> None:
    assert read_policy(HEAD + text, "policy.toml").rules[0].name == "x"
