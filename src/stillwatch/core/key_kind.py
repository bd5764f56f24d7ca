"""What a key made of a prompt stands for."""

from __future__ import annotations

from enum import IntEnum


class KeyKind(IntEnum):
    """What a row of the key table is. Numbers are part of the stored state: never re-use one."""

    SHINGLE = 1
    """Four consecutive words of the prompt, digits masked (bottom-k sample)."""
    HEAD = 2
    """The first words of the prompt."""
    TAIL = 3
    """The last words of the prompt."""
    SYSTEM = 4
    """The whole system text."""
    SKELETON = 5
    """The layout of the prompt: kinds of lines in order."""
    EXACT = 6
    """The whole prompt, normalised."""
    REASONING_IN = 7
    """A signed reasoning block handed in with the request."""
    REASONING_OUT = 8
    """A signed reasoning block handed out with the reply."""
