"""An account as a screen asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stillwatch.screening.query import Query


class NamedQuery(NamedTuple):
    column: str
    """`organisation`, `name` or `owner`: where the name stands in the accounts file."""
    query: Query


class NamedOwner(NamedTuple):
    name: str
    """A name, or `LIST:ID` of somebody listed."""
    share: float | None

    @property
    def is_id(self) -> bool:
        """Whether it is `LIST:ID` rather than a name."""
        return ":" in self.name and " " not in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    account_id: str
    queries: tuple[NamedQuery, ...]
    """None = no name is known."""
    owners: tuple[NamedOwner, ...] = ()
