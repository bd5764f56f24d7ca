"""Media types by their headers; what a server answers to them is tried with the application."""

from __future__ import annotations

import pytest

from stillwatch.faces.taxii.media_type import accepts_taxii, is_taxii


@pytest.mark.parametrize(
    ("accept", "is_accepted"),
    [
        ("", True),
        ("application/taxii+json", True),
        ("APPLICATION/TAXII+JSON; Version=2.1", True),
        ('application/taxii+json;version="2.1"', True),
        ("text/html, application/taxii+json;version=2.1;q=0.5", True),
        ("application/*", True),
        ("*/*;q=0", False),
        ("application/taxii+json;q=0.0", False),
        ("application/taxii+json;version=2.2", False),
        ("application/stix+json", False),
        (";;;", False),
    ],
)
def test_what_a_client_can_read(accept: str, is_accepted: bool) -> None:
    assert accepts_taxii(accept) is is_accepted


@pytest.mark.parametrize(
    ("content_type", "is_ours"),
    [
        ("application/taxii+json", True),
        ("application/taxii+json; version=2.1; charset=utf-8", True),
        ("application/taxii+json;version=2.0", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_what_a_client_sends(content_type: str, is_ours: bool) -> None:
    assert is_taxii(content_type) is is_ours
