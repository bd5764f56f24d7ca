"""Which layer of several keys a planned test is about, as a plan writes it: layer, of how many, and the slot key.

>>> layer = PlannedLayer(0, 2, "3b" * 32)
>>> read_layer(str(layer)) == layer
True

The slot key is named by its commitment: whoever tests shows that this lottery was drawn before the text.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from stillwatch.core.errors import InputError

_WRITTEN: Final = re.compile(r"(\d{1,3})/(\d{1,3}) ([0-9a-f]{64})")


class PlannedLayer(NamedTuple):
    layer: int
    """From 0."""
    layers: int
    slot_commitment: str
    """SHA-256 in hex."""

    def __str__(self) -> str:
        return f"{self.layer}/{self.layers} {self.slot_commitment}"


def read_layer(text: str) -> PlannedLayer:
    """A layer as a plan writes it.

    Raises:
        InputError: It is none.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or not int(found[1]) < int(found[2]):
        raise InputError(
            f"{text!r} is no layer", mend="write layer/layers and the slot key's commitment, as in 0/2 3b5d…"
        )
    return PlannedLayer(int(found[1]), int(found[2]), found[3])
