from __future__ import annotations

import pytest

from stillwatch.core.blank_out import blank_out


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail me: a.b+c@mail.example.", "mail me: ⟨mail⟩"),
        ("from 192.0.2.7 to me", "from ⟨address⟩ to me"),
        ("with sk-abcdefghijklmnop", "with ⟨secret⟩"),
        ("call +49 170 1234567", "call ⟨number⟩"),
        ("see https://in.example/path?q=1", "see https://⟨host⟩"),
        ("60 of 60 accounts sent 14,016 exchanges, 1.2 times as many", None),
    ],
)
def test_what_names_somebody_is_blanked_out(text: str, left: str | None) -> None:
    assert blank_out(text) == (left or text)
