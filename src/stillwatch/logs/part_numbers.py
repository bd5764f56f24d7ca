"""Numbers of parts: those of the exchanges in them follow from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.logs.store import Store


class PartNumbers:
    """Hands out part numbers that no closed part has."""

    def __init__(self, store: Store) -> None:
        self._next = max((part.number for part in store.parts().values()), default=-1) + 1

    def take(self) -> int:
        self._next += 1
        return self._next - 1
