from __future__ import annotations

import pytest

from stillwatch.core.blank_quotes import blank_quotes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a-1 took over from a-10", "⟨account⟩ took over from a-10"),
        ("they send “Write it out”", "they send ⟨quoted⟩"),
        ("60 of 60 members use one client program", "60 of 60 members use one client program"),
        ("mail to x@lab.example", "mail to ⟨mail⟩"),
    ],
)
def test_who_and_what_is_quoted_is_blanked_and_figures_stay(text, left):
    assert blank_quotes(text, ["a-1"]) == left
