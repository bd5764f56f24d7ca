"""Purity, V-measure and separation on groups that can be checked by hand."""

import pytest

from stillwatch.evaluation.clusters import agreement, kept_apart

OPERATORS = {"one": frozenset("abcd"), "two": frozenset("efgh")}
EVERYBODY = "abcdefghstuvwxyz"


@pytest.mark.parametrize(
    ("groups", "purity", "v_measure"),
    [
        pytest.param({"x": frozenset("abcd"), "y": frozenset("efgh")}, 1.0, 1.0, id="perfect"),
        pytest.param({"x": frozenset("abcdefgh")}, 0.5, 0.8, id="two operators merged"),
        pytest.param({}, 1.0, 0.0, id="nobody reported"),
        pytest.param({"x": frozenset("abcdst"), "y": frozenset("efgh")}, 0.8, 0.755, id="two innocents accused"),
    ],
)
def test_agreement(groups, purity, v_measure):
    found = agreement(OPERATORS, groups, EVERYBODY)
    assert (found.purity, found.v_measure) == (pytest.approx(purity, abs=1e-3), pytest.approx(v_measure, abs=1e-3))


def test_a_missed_account_costs_little():
    found = agreement({"one": frozenset("abcdefgh")}, {"x": frozenset("abcdefg")}, [*EVERYBODY, *map(str, range(900))])
    assert found.v_measure > 0.85


def test_accounts_that_serve_two_operators_are_one_class():
    found = agreement({"one": frozenset("abcd"), "two": frozenset("abcd")}, {"x": frozenset("abcd")}, EVERYBODY)
    assert found.v_measure == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param([frozenset("abcd"), frozenset("efgh")], 2, id="each its own"),
        pytest.param([frozenset("abcdefgh")], 1, id="merged counts once"),
        pytest.param([frozenset("ab"), frozenset("cd")], 1, id="split: half is enough, once"),
        pytest.param([frozenset("astuvw")], 0, id="mostly innocent"),
        pytest.param([], 0, id="nothing reported"),
    ],
)
def test_operators_kept_apart(groups, expected):
    assert kept_apart(list(OPERATORS.values()), groups, 0.5) == expected


def test_two_operators_on_the_same_accounts_need_two_groups():
    same = [frozenset("abcd"), frozenset("abcd")]
    assert kept_apart(same, [frozenset("abcd")], 0.5) == 1
    assert kept_apart(same, [frozenset("abc"), frozenset("bcd")], 0.5) == 2
