"""Numbers of keys are part of published tables."""

from __future__ import annotations

from stillwatch.core.key_kind import KeyKind
from stillwatch.core.request_facts import KeyName, RequestFacts


def test_numbers_of_keys_stay() -> None:
    assert [(one.name, one.value) for one in KeyName] == [
        ("ACCOUNT", 1),
        ("API_KEY", 2),
        ("USER", 3),
        ("ORGANISATION", 4),
        ("TEAM", 5),
        ("END_USER", 6),
        ("ADDRESS", 7),
        ("PREFIX", 8),
        ("CLIENT", 9),
        ("TEMPLATE", 32),
    ]


def test_every_kind_of_template_key_fits_into_a_table() -> None:
    assert max(KeyName.TEMPLATE + kind for kind in KeyKind) < 64


def test_an_unknown_request_asks_for_nothing() -> None:
    assert not any(RequestFacts("", 0.0)._replace(choices=0))
