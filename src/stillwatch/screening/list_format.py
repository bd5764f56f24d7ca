"""What a reader of a list declares; its file stands on the shelf `screening.readers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stillwatch.core.holding import Holding
    from stillwatch.core.listed_entity import ListedEntity

ListFiles = Mapping[str, bytes]
"""File name → its bytes. Most lists are one file; OFAC's are up to four."""


class Refused(NamedTuple):
    """An entry that could not be read: whoever it names is not screened, so a list with one is incomplete."""

    where: str
    """File and line, or the entry's id."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    entities: tuple[ListedEntity, ...]
    owned: tuple[ListedEntity, ...] = ()
    """On no list themselves, but owned by whoever is, as the list says."""
    holdings: tuple[Holding, ...] = ()
    refused: tuple[Refused, ...] = ()
    as_of: str = ""
    """ISO date that the list itself states; empty = it states none."""


class ListCase(NamedTuple):
    """Worked example of a format, with invented names: tests run it, the reference shows it."""

    name: str
    files: ListFiles
    read: ReadList


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFormat:
    name: str
    """That of the file."""
    title: str
    published: tuple[str, ...]
    """Where the publisher has it; nothing is fetched from there by itself."""
    licence: str
    """Of the data, as its publisher says."""
    stale_after_days: int
    """Beyond its period of publication and some days of grace: an older one is warned of."""
    matches: Callable[[ListFiles], bool]
    """Whether the files are of this format; looks at names and heads alone."""
    read: Callable[[ListFiles, str], ReadList]
    """Files and the list's name here → what it holds. Raises `InputError` where it is not this format after all."""
    least: Mapping[str, tuple[int, int]]
    """Entity type → fewest and most that a whole list plausibly holds; empty = no expectation."""
    cases: tuple[ListCase, ...]
