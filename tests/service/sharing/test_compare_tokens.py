"""What both have, and only under one key."""

from __future__ import annotations

import pytest

from received_rows import indicator
from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.service.sharing.compare_tokens import compare_tokens, tokens_in
from stillwatch.service.sharing.token_file import Token


def token(text: str, key_id: str = "e.1", form: Form = Form.OPRF, kind: IndicatorKind = IndicatorKind.EMAIL) -> Token:
    return Token(form, key_id, kind, text)


def test_what_both_have_is_found_with_ones_own_labels() -> None:
    mine = [token("aa")._replace(value="ada@example.org", label=f"acct-{number}") for number in (1, 2)] + [token("bb")]
    assert compare_tokens(mine, [token("aa"), token("cc")]) == tuple(mine[:2])
    assert compare_tokens(mine, [token("cc")]) == ()


def test_equal_text_of_another_kind_or_key_is_no_match() -> None:
    theirs = [token("aa", kind=IndicatorKind.PHONE), token("aa", "e.2"), token("aa", form=Form.PAIRWISE)]
    assert compare_tokens([token("aa")], theirs) == ()


def test_where_nothing_can_be_compared_it_is_refused() -> None:
    for theirs in ([token("aa", "e.2")], [token("aa", form=Form.PAIRWISE)], []):
        with pytest.raises(InputError, match=r"no two tokens are under one key: mine are oprf e\.1, theirs"):
            compare_tokens([token("aa")], theirs)


def test_tokens_are_found_among_indicators() -> None:
    told = [
        indicator(1, "aa", kind=IndicatorKind.EMAIL, form=Form.OPRF, key_id="e.1"),
        indicator(2, "bb", kind=IndicatorKind.PHONE, form=Form.PAIRWISE, key_id="p"),
        indicator(3),
    ]
    assert tokens_in(told) == (token("aa"), token("bb", "p", Form.PAIRWISE, IndicatorKind.PHONE))
