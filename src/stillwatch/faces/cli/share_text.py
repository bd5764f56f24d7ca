"""The preview of what leaves, for people."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.to_share import ToShare

_SHOWN: Final = 5
"""Of the indicators of one kind; `--json` shows each."""


def preview_lines(made: ToShare) -> Iterator[str]:
    yield f"Leaves, as {made.campaign.id}:"
    for field, group in groupby(made.leaves, key=lambda one: one.field):
        ones = list(group)
        is_many = field.startswith("indicator") and len(ones) > _SHOWN
        for one in ones[:_SHOWN] if is_many else ones:
            yield f"  {one.field:<30} {one.value}"
            yield f"  {'':<30} because: {one.why}"
        if is_many:
            yield f"  {'':<30} … and {len(ones) - _SHOWN} more of them; --json shows each"
    if made.stays:
        yield "Stays:"
    for kept in made.stays:
        yield f"  {kept.how_many:>10,}  {kept.what}: {kept.why}"
