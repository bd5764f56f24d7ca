"""A policy says what it means, and each mistake is answered with its line and a mend."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, SettingsError, StillwatchError
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import DENYING, Mode, OnFailure, Policy, Response
from stillwatch.guard.read_policy import read_policy

EXAMPLE = Path(__file__).parents[2] / "examples" / "guard" / "policy.toml"


def test_the_top_of_a_policy() -> None:
    text = 'version = "1"\nmode = "enforce"\non_failure = "deny"\ncontact = "a@lab.example"\n'
    assert read_policy(text, "policy.toml") == Policy(
        version="1",
        mode=Mode.ENFORCE,
        on_failure=OnFailure.DENY,
        rules=(),
        contact="a@lab.example",
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def test_a_policy_begins_in_shadow_and_lets_through_what_it_cannot_decide_on() -> None:
    policy = read_policy('version = "1"', "policy.toml")
    assert (policy.mode, policy.on_failure) == (Mode.SHADOW, OnFailure.ALLOW)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 0, "a policy needs a version"),
        ('version = "1"\nmdoe = "shadow"', 2, "unknown field 'mdoe' (did you mean 'mode'?)"),
        ("version = 5", 1, "version is a text"),
        ('version = "1"\nmode = "on"', 2, "unknown value 'on' (known are: enforce, shadow)"),
        ('version = "1"\n\non_failure = "open"', 3, "unknown value 'open'"),
        ('version = "1"\ncontact = 5', 2, "contact is a text"),
        ('version = "1"\nrule = 5', 2, "rules are tables (write each as [[rule]])"),
        ('version = "1"\n[rule]\nname = "a"', 2, "rules are tables (write each as [[rule]])"),
        (
            'version = "1"\n[[rule]]\nname = "a"\nrespond = "observe"\n[[rule]]\nname = "a"\nrespond = "observe"',
            5,
            "a second rule 'a'",
        ),
    ],
)
def test_a_mistake_at_the_top_names_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_policy(text, "policy.toml")
    assert str(caught.value).startswith(f"policy.toml:{line}: " if line else "policy.toml: ")
    assert message in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize("text", ["version = 1.2.3", 'version = "1"\nversion = "2"', "[[rule]"])
def test_what_is_no_toml_names_its_line(text: str) -> None:
    with pytest.raises(InputError, match=r"^policy\.toml: no TOML: .*(line \d|end of document)"):
        read_policy(text, "policy.toml")


def test_the_example_is_a_policy_that_spares_whom_it_says() -> None:
    policy = read_policy(EXAMPLE.read_text("utf-8"), "policy.toml")
    assert policy.mode is Mode.SHADOW
    assert [rule.respond for rule in policy.rules] == [
        Response.ALLOW,
        Response.TRIM,
        Response.TRIM,
        Response.BLOCK,
        Response.THROTTLE,
        Response.THROTTLE,
        Response.TRIM,
        Response.WITHHOLD_REASONING,
        Response.OBSERVE,
    ]
    for rule in policy.rules:
        if rule.respond in DENYING:
            assert rule.roles <= {Role.OPERATOR, Role.TRACE}
        if rule.respond is Response.BLOCK:
            assert rule.least_confidence >= 0.95


@given(st.lists(st.sampled_from(EXAMPLE.read_text("utf-8").splitlines()), max_size=40), st.text(max_size=10))
def test_no_file_ends_in_anything_but_a_policy_or_an_error_with_a_mend(lines: list[str], junk: str) -> None:
    error: StillwatchError | None = None
    try:
        read_policy("\n".join([*lines, junk]), "policy.toml")
    except StillwatchError as raised:
        error = raised
    assert error is None or (error.mend and error.where.startswith("policy.toml"))
