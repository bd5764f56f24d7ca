"""Which requests a rule speaks of, and what it may do to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from guard_rows import NOW, asked, guarded, row, rule
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.policy import Wants
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.match_rule import REQUEST_ALONE, Found, ReadyRule, exemption_in, match_rule

if TYPE_CHECKING:
    from stillwatch.core.policy import Rule

TRACES = frozenset((KeyName.ADDRESS, KeyName.PREFIX, KeyName.CLIENT, KeyName.TEMPLATE, KeyName.ACCOUNT))
SHOWN = {
    "client_address": "192.0.2.7",
    "client_prefix": "192.0.2",
    "client": "probe",
    "templates": ((4, 7), (2, 8)),
}
ADDRESS = row("192.0.2.7", KeyName.ADDRESS, role=Role.TRACE)
PREFIX = row("192.0.2", KeyName.PREFIX, role=Role.TRACE)
CLIENT = row("probe", KeyName.CLIENT, role=Role.TRACE)
SYSTEM = row("7", KeyName.TEMPLATE, kind=4, role=Role.TRACE)
HEAD = row("8", KeyName.TEMPLATE, kind=2, role=Role.TRACE)


def matched(one: Rule, rows: list[KeyStanding], facts: RequestFacts) -> Found | None:
    table = guarded(rows=tuple(rows)).standings
    return match_rule(ReadyRule.of(one), facts, [table.known(hit.row) for hit in table.hits(facts)])


def trace_rule(**other: Any) -> Rule:
    return rule(**{"roles": frozenset((Role.TRACE, Role.OPERATOR)), "names": TRACES} | other)


def test_a_rule_on_the_request_alone_asks_for_no_standing() -> None:
    one = ReadyRule.of(rule(roles=frozenset(), accounts=frozenset(("a-1",))))
    assert match_rule(one, asked(), []) == REQUEST_ALONE
    assert match_rule(one, asked("a-2"), []) is None


@pytest.mark.parametrize(
    ("conditions", "standing", "is_matched"),
    [
        ({}, {}, True),
        ({"roles": frozenset((Role.MIXED,))}, {}, False),
        ({"least_confidence": 0.95}, {"confidence": 0.95}, True),
        ({"least_confidence": 0.95}, {"confidence": 0.94}, False),
        ({"names": frozenset((KeyName.API_KEY,))}, {}, False),
        ({"sources": frozenset(("list",))}, {}, False),
        ({"sources": frozenset(("scan", "list"))}, {}, True),
        ({"subjects": frozenset(("c-2",))}, {}, False),
        ({"roles": frozenset((Role.EXEMPT,))}, {"role": Role.EXEMPT}, False),
        ({}, {"expires_at": NOW - timedelta(seconds=1)}, False),
    ],
)
def test_conditions_on_the_standing(conditions: dict[str, Any], standing: dict[str, Any], is_matched: bool) -> None:
    assert (matched(rule(**conditions), [row(**standing)], asked()) is not None) is is_matched


@pytest.mark.parametrize(
    ("rows", "least_keys", "is_founded"),
    [
        ([row()], 1, True),
        ([ADDRESS], 1, False),
        ([ADDRESS, PREFIX], 1, False),
        ([ADDRESS, PREFIX], 2, None),
        ([SYSTEM, HEAD], 1, False),
        ([SYSTEM, HEAD], 2, None),
        ([SYSTEM, CLIENT], 2, True),
        ([ADDRESS, CLIENT, SYSTEM], 3, True),
        ([row(), ADDRESS], 2, True),
        ([row(subject="c-2"), ADDRESS], 2, None),
    ],
    ids=str,
)
def test_a_single_trace_founds_no_denial(rows: list[KeyStanding], least_keys: int, is_founded: bool | None) -> None:
    found = matched(trace_rule(least_keys=least_keys), rows, asked(**SHOWN))
    assert (found.is_founded if found else None) is is_founded


def test_an_end_user_as_the_caller_names_it_founds_none() -> None:
    one = rule(names=frozenset((KeyName.END_USER,)))
    found = matched(one, [row("e", KeyName.END_USER)], asked(end_user_id="e"))
    assert found is not None
    assert found.is_founded is False


def test_what_is_experimental_counts_for_nothing_that_denies() -> None:
    def judged(*rows: KeyStanding) -> tuple[bool, bool]:
        found = matched(trace_rule(least_keys=2), list(rows), asked(**SHOWN))
        assert found is not None
        return found.is_stable, found.is_founded

    shaky = row("probe", KeyName.CLIENT, role=Role.TRACE, is_experimental=True)
    assert judged(ADDRESS, CLIENT) == (True, True)
    assert judged(ADDRESS, shaky) == (False, False)
    assert judged(row(), shaky) == (False, True)
    assert judged(row(is_experimental=True), shaky) == (False, False)


def test_the_subject_that_may_deny_goes_before_the_surest() -> None:
    rows = [
        row(subject="shaky", confidence=1.0, is_experimental=True),
        row(subject="sure", confidence=0.8),
        row(subject="surer", confidence=0.9),
    ]
    found = matched(rule(), rows, asked())
    assert found is not None
    assert found.best is not None
    assert (found.best.subject, found.is_stable) == ("surer", True)


def test_an_exemption_must_say_who_it_is() -> None:
    table = guarded(rows=(row("e", KeyName.END_USER, role=Role.EXEMPT), row(role=Role.EXEMPT, subject="who"))).standings
    hits = table.hits(asked(end_user_id="e"))
    found = exemption_in(table.known(hit.row) for hit in hits)
    assert found is not None
    assert found.subject == "who"
    assert exemption_in(table.known(hit.row) for hit in table.hits(asked("a-9", end_user_id="e"))) is None


@pytest.mark.parametrize(
    ("standing", "is_matched"),
    [
        (row(role=Role.LICENSED, subject="g-1#prompt_logprobs"), False),
        (row(role=Role.LICENSED, subject="g-1#logprobs"), True),
        (row(role=Role.LICENSED, subject="g-1"), True),
        (row(role=Role.OPERATOR, subject="g-1#prompt_logprobs"), True),
        (row("192.0.2.7", KeyName.ADDRESS, role=Role.LICENSED, subject="g-1#prompt_logprobs"), True),
        (row(role=Role.LICENSED, subject="g-1#prompt_logprobs", expires_at=NOW - timedelta(seconds=1)), True),
    ],
)
def test_a_licence_spares_from_what_it_grants(standing: KeyStanding, is_matched: bool) -> None:
    one = rule(roles=frozenset(), unless_licensed=frozenset((Wants.PROMPT_LOGPROBS,)))
    found = matched(one, [standing], asked(client_address="192.0.2.7"))
    assert found == (REQUEST_ALONE if is_matched else None)


def test_a_rule_may_speak_of_the_licensed() -> None:
    found = matched(rule(roles=frozenset((Role.LICENSED,))), [row(role=Role.LICENSED, subject="g-1")], asked())
    assert found is not None
    assert found.best is not None
    assert found.best.subject == "g-1"
