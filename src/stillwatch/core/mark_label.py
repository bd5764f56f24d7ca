"""What a marking key is for: the layer of a mark, whom it is of, and when it is in force."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class MarkLayer(StrEnum):
    """Who shares a key.

    A model can be traced by keys that much of its training text shares: `global` and `cohort`. A key of one `account`
    traces text and leaked data sets, and hardly ever a model.
    """

    GLOBAL = "global"
    """All answers of an epoch."""
    COHORT = "cohort"
    """Accounts that act together, or a bucket of accounts of which nothing is known."""
    ACCOUNT = "account"
    """One account; for text alone."""
    GRANT = "grant"
    """A licence to distil: a hit of it is explained, and resale is traced."""
    SLOT = "slot"
    """Chooses, at each context, which of the other layers marks there."""
    CODEBOOK = "codebook"
    """Secret coins of a codebook of harmless choices."""


class MarkLabel(NamedTuple):
    """Names one key; keys of different labels tell nothing of one another."""

    layer: MarkLayer
    owner: str = ""
    """Id of the cohort, account, grant or codebook; empty where the layer has one key for all."""
    epoch: str = ""
    """First day of the epoch, such as 2026-11-16; empty for a grant, which has one key for its whole term."""

    def __str__(self) -> str:
        return "/".join(part for part in self if part)
