"""Two answers of the teacher to one prompt, of which a secret coin serves one."""

from __future__ import annotations

from typing import NamedTuple


class AnswerPair(NamedTuple):
    name: str
    """What the coin is tossed for; each stands once in a list."""
    prompt: str
    first: str
    second: str
