from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.attribution.codebook import Choice, Codebook, leanings
from stillwatch.core.errors import DefinitionError

BOOK = Codebook(
    (
        Choice(name="example", first="for example", second="for instance"),
        Choice(name="colour", first="color", second="colour"),
        Choice(name="bullet", first="\n- ", second="\n* "),
        Choice(name="also", first="additionally", second="in addition"),
    )
)
FIRST, SECOND = np.zeros(4, np.bool_), np.ones(4, np.bool_)
_PIECES = st.sampled_from(
    [
        "For example",
        "for instance",
        "color",
        "Colour",
        "colored",
        "a ",
        "\n- ",
        "\n* ",
        "in addition",
        "`color`",
        "```",
        " ",
        "x",
        "FOR EXAMPLE",
    ]
)


def test_each_choice_is_served_as_its_coin_says():
    text = "For example, the color:\n- red\n- blue. Additionally, `color` and colored."
    served = BOOK.serve(text, SECOND)
    assert served.text == "For instance, the colour:\n* red\n* blue. In addition, `color` and colored."
    assert (served.places, served.rewritten) == (5, 5)
    assert BOOK.serve(served.text, FIRST).text == text


def test_a_codebook_of_signs_alone_is_served():
    bullets = Codebook((Choice(name="bullet", first="\n- ", second="\n* "),))
    assert bullets.serve("x\n- y", np.array([True])) == ("x\n* y", 1, 1)
    assert bullets.serve("", np.array([True])) == ("", 0, 0)


def test_code_and_shouting_are_left_alone():
    for text in ("```\ncolor\n```", "`for example`", "COLOR", "FOR EXAMPLE", "```python\ncolor = 1", "coLor"):
        assert BOOK.serve(text, SECOND) == (text, 0, 0)
        assert BOOK.count([text]).sum() == 0


@given(st.lists(_PIECES, max_size=12).map("".join), st.lists(st.booleans(), min_size=4, max_size=4).map(np.array))
def test_serving_twice_changes_nothing_more_and_leaves_only_what_coins_say(text, coins):
    served = BOOK.serve(text, coins)
    assert BOOK.serve(served.text, coins) == (served.text, served.places, 0)
    counts = BOOK.count([served.text])
    assert counts.sum() == served.places
    assert (counts[np.arange(4), 1 - coins.astype(int)] == 0).all()


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ((), "without choices"),
        ((Choice(name="a", first="x", second="y"), Choice(name="a", first="v", second="w")), "one name"),
        (
            (Choice(name="a", first="big", second="large"), Choice(name="b", first="large part", second="most")),
            "one place",
        ),
        (
            (Choice(name="a", first="in part", second="partly"), Choice(name="b", first="part of", second="some")),
            "one place",
        ),
        (
            (
                Choice(name="a", first="it is very big", second="huge"),
                Choice(name="b", first="is very", second="is so"),
            ),
            "one place",
        ),
        ((Choice(name="a", first="same", second="Same"),), "one place"),
        ((Choice(name="a", first="", second="y"),), "empty"),
        ((Choice(name="a", first="`x`", second="y"),), "code"),
    ],
)
def test_a_codebook_that_could_be_read_two_ways_is_refused(choices, says):
    with pytest.raises(DefinitionError, match=says):
        Codebook(choices)


def test_a_leaning_is_a_share_above_the_baselines():
    suspect = np.array([[1, 3], [3, 1], [1, 1], [0, 0], [2, 2], [0, 5]])
    baseline = np.array([[1, 1], [1, 1], [50, 50], [1, 1], [0, 0], [0, 9]])
    assert leanings(suspect, baseline).tolist() == [1, -1, 0, 0, 0, 0]
