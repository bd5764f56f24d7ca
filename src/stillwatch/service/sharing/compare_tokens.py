"""Find what two members share, of tokens that each has made: nothing but what both have is learnt.

>>> from stillwatch.core.indicator import IndicatorKind
>>> mine = [Token(Form.OPRF, "e.1", IndicatorKind.EMAIL, "aa", "ada@example.org", "acct-1")]
>>> theirs = [Token(Form.OPRF, "e.1", IndicatorKind.EMAIL, "aa"), Token(Form.OPRF, "e.1", IndicatorKind.EMAIL, "bb")]
>>> [one.label for one in compare_tokens(mine, theirs)]
['acct-1']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Form
from stillwatch.service.sharing.token_file import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.core.indicator import Indicator


def compare_tokens(mine: Sequence[Token], theirs: Sequence[Token]) -> tuple[Token, ...]:
    """One's own of those that the others have too.

    Raises:
        InputError: No two of them are under one key, so that nothing was compared.
    """
    ours, others = {_key(one) for one in mine}, {_key(one) for one in theirs}
    if not ours & others:
        said = [", ".join(sorted(f"{form} {key_id}" for form, key_id in keys)) or "none" for keys in (ours, others)]
        mend = "make both under one key: of the same epoch, or of the same pair and epoch"
        raise InputError(f"no two tokens are under one key: mine are {said[0]}, theirs {said[1]}", mend=mend)
    known = {one[:4] for one in theirs}
    return tuple(one for one in mine if one[:4] in known)


def tokens_in(indicators: Iterable[Indicator]) -> tuple[Token, ...]:
    """The tokens among indicators that peers have sent."""
    return tuple(
        Token(one.form, one.key_id, one.kind, one.value) for one in indicators if one.form in (Form.OPRF, Form.PAIRWISE)
    )


def _key(one: Token) -> tuple[Form, str]:
    return one.form, one.key_id
