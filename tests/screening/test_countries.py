"""Countries in the spellings of lists and customers."""

from __future__ import annotations

import pytest

from stillwatch.screening.countries import country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CN", "CN"),
        ("uk", "GB"),
        ("Korea, North", "KP"),
        ("Cote d Ivoire", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("Bosnia & Herzegovina", "BA"),
        ("North Macedonia, The Republic of", "MK"),
        ("Region: Gaza", "PS"),
        ("The Gambia", "GM"),
        ("DEU", "DE"),
        ("ZZ", ""),
        ("undetermined", ""),
        ("", ""),
        ("中国", ""),
    ],
)
def test_a_country_has_one_code_in_any_spelling(text: str, code: str) -> None:
    assert country_code(text) == code
