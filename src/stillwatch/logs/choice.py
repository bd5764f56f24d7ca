"""Which format reads a record: one that was named, those that the file was recognised as, or any on the shelf.

>>> Choice.among((), None).of({})
Traceback (most recent call last):
ValueError: no known format
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.logs.format import Format, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    only: Format | None = None
    """The one format whose reader alone decides what it can use."""
    first: tuple[Format, ...] = ()
    """Otherwise the formats that the file was recognised as."""
    then: tuple[Format, ...] = ()
    """The rest of the shelf, for a file that turns to another format later on."""

    @classmethod
    def forced(cls, only: Format) -> Choice:
        """Read every record with this format."""
        return cls(only=only)

    @classmethod
    def among(cls, shelf: Sequence[Format], names: str | Sequence[str] | None) -> Choice:
        """One name forces that format; several, as from `recognise_file`, go first; None leaves it to the records."""
        known = {declared.name: declared for declared in shelf}
        wanted = (names,) if isinstance(names, str) else tuple(names or ())
        for name in wanted:
            if name not in known:
                mend = f"one of: {', '.join(known)}"
                raise SettingsError(f"there is no log format {name!r}", where="--format", mend=mend)
        if isinstance(names, str):
            return cls(only=known[names])
        first = tuple(known[name] for name in wanted)
        return cls(first=first, then=tuple(declared for declared in shelf if declared.name not in wanted))

    @property
    def likely(self) -> Format | None:
        """The one format that most records will turn out to be, where there is one."""
        return self.only or (self.first[0] if len(self.first) == 1 else None)

    def of_columns(self, names: Iterable[str]) -> Format | None:
        """The format of every row of a table with these columns; None where each row must be asked."""
        likely = self.likely
        if likely is None or likely is self.only:
            return likely
        return likely if likely.has_decisive_names and likely.matches(dict.fromkeys(names)) else None

    def of(self, record: Record) -> Format:
        """The format of this record. Raises `ValueError` when none or several match it."""
        if self.only is not None:
            return self.only
        if len(self.first) == 1 and self.first[0].matches(record):
            return self.first[0]  # the usual case, once a record
        for candidates in (self.first, self.then):
            found = [candidate for candidate in candidates if candidate.matches(record)]
            if len(found) == 1:
                return found[0]
            if found:
                raise ValueError("several formats match: " + ", ".join(candidate.name for candidate in found))
        raise ValueError("no known format")
