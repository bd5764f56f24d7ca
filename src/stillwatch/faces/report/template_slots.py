"""A shared template in pieces: fixed text and the slots between it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SLOT: Final = re.compile(r"(⟨[^⟨⟩]*⟩)")


class Piece(NamedTuple):
    text: str
    is_slot: bool


def template_slots(template: str) -> tuple[Piece, ...]:
    """Split `Solve ⟨…⟩ step by step` at its slots; a bracket without its partner is fixed text."""
    return tuple(Piece(text, index % 2 == 1) for index, text in enumerate(_SLOT.split(template)) if text)
