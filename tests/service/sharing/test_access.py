"""What a header shows; whose it is, is tried with the door of the settings."""

from __future__ import annotations

import pytest

from stillwatch.service.sharing.access import Caller, Credentials, Rights, shown_in


@pytest.mark.parametrize(
    ("authorization", "shown"),
    [
        ("", Credentials()),
        ("Bearer abc", Credentials("", "abc")),
        ("bearer  abc ", Credentials("", "abc")),
        ("Token abc", Credentials("", "abc")),
        ("Basic bGFiLWE6czpjcmV0", Credentials("lab-a", "s:cret")),
        ("Basic bGFiLWE=", Credentials()),
        ("Basic /w==", Credentials()),
        ("Basic !", Credentials()),
        ("Negotiate abc", Credentials()),
    ],
)
def test_what_a_header_shows(authorization: str, shown: Credentials) -> None:
    assert shown_in(authorization) == shown


def test_a_certificate_is_shown_beside_it() -> None:
    assert shown_in("Basic !", "ab") == Credentials(certificate_sha256="ab")
    assert shown_in("Bearer x", "ab") == Credentials("", "x", "ab")


def test_on_a_collection_that_is_not_named_there_are_no_rights() -> None:
    assert Caller(name="a", rights={"c": Rights(can_read=True)}).rights_on("d") == Rights()
