from __future__ import annotations

from dataclasses import replace

from stillwatch.evaluation.distil.distil_sizes import DEMO
from stillwatch.evaluation.distil.variant import VARIANTS, mark_of
from stillwatch.service.distil.amounts import Amount, amounts_of
from stillwatch.service.distil.judge_student import KeyedTest

LOGGED = replace(DEMO, logged_tokens=250_000)


def a_test(variant):
    return KeyedTest(None, mark_of(variant, bytes(32)), variant.rule, None)


def test_the_log_is_asked_where_a_size_says_so():
    one = a_test(VARIANTS[0])
    logged = one._replace(rule="mode_log")
    assert amounts_of((one,), DEMO) == (Amount(20_000, (one,)),)
    assert amounts_of((one,), LOGGED) == (
        Amount(20_000, (one,)),
        Amount(20_000, (logged,)),
        Amount(250_000, (logged,)),
    )
    assert [amount.name for amount in amounts_of((one,), LOGGED)] == ["mode-20000", "mode_log-20000", "mode_log-250000"]


def test_green_lists_have_no_rule_that_asks_it():
    green = a_test(VARIANTS[3])
    assert amounts_of((green,), LOGGED) == (Amount(20_000, (green,)),)
