"""Remarks of OFAC's CSV; weak AKAs stand nowhere else (https://github.com/moov-io/watchman/issues/450)."""

from __future__ import annotations

import pytest

from stillwatch.core.listed_entity import ListedIdentifier
from stillwatch.screening.ofac_remarks import read_remarks


def test_all_that_is_known_of_a_person() -> None:
    found = read_remarks(
        "DOB 03 Feb 1961; alt. DOB 1962; POB Veldt, Korea, North; nationality Korea, North; "
        "citizen China; Gender Male; Passport X77 (Korea, North); National ID No. 1-77-A (China); "
        "a.k.a. 'BARNEY'; f.k.a. 'THE CLERK'; Linked To: ORRIN WORKS."
    )
    assert found.weak_names == ("BARNEY", "THE CLERK")
    assert found.birth_dates == ("1961-02-03", "1962")
    assert found.birth_places == ("Veldt, Korea, North",)
    assert found.countries == ("KP", "CN")
    assert found.identifiers == (
        ListedIdentifier(kind="Passport", value="X77", issuer="KP"),
        ListedIdentifier(kind="National ID No.", value="1-77-A", issuer="CN"),
    )


@pytest.mark.parametrize(
    "remark",
    [
        "Telephone No. (218) 0214778301",
        "Executive Order 13645 Determination - Subject to 3",
        "Digital Currency Address - XBT 1F77",
        "For more information on directives, please visit the following link: http://example.org/77",
        "Additional Sanctions Information - Subject to Secondary Sanctions",
        "Tax ID No. " + "7" * 400,
    ],
)
def test_other_remarks_are_no_identifiers(remark: str) -> None:
    assert read_remarks(remark).identifiers == ()


def test_a_name_in_quotation_marks_keeps_its_apostrophe() -> None:
    assert read_remarks("a.k.a. 'D'S MARKET'.").weak_names == ("D'S MARKET",)
