"""The list of formats is the shelf."""

from __future__ import annotations

from stillwatch.logs.shelf import formats
from stillwatch.service.list_formats import list_formats


def test_every_format_of_the_shelf_is_listed_in_its_order() -> None:
    assert [(one.name, one.title, one.account_hint) for one in list_formats()] == [
        (one.name, one.title, one.account_hint) for one in formats()
    ]
