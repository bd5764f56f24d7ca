"""What differs between the files that were sealed and those that are there.

>>> sealed = {"a": (Content(0, "aa"),), "b": (Content(0, "bb"),)}
>>> [
...     (one.kind.value, one.path, one.other)
...     for one in compare_files(sealed, {"a": (Content(0, "xx"),), "c": (Content(0, "bb"),)})
... ]
[('changed', 'a', ''), ('renamed', 'b', 'c')]
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Contents = Mapping[str, tuple["Content", ...]]
    """Path → its parts in their order."""


class DifferenceKind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    RENAMED = "renamed"
    """The same bytes under another name, which nobody had sealed."""
    UNSEALABLE = "unsealable"
    """Something stands there that nobody can seal: a link, a device, a folder that cannot be read."""


class Content(NamedTuple):
    start: int
    digest: str


class Difference(NamedTuple):
    kind: DifferenceKind
    path: str
    other: str = ""
    """The new name, or what stands there."""


def compare_files(sealed: Contents, there: Contents) -> tuple[Difference, ...]:
    """By path.

    A file counts as renamed where its bytes stand under one new name; of several that are alike, in the order of names.
    """
    changed = [
        Difference(DifferenceKind.CHANGED, path) for path in sealed.keys() & there.keys() if sealed[path] != there[path]
    ]
    gone, new = sorted(sealed.keys() - there.keys()), sorted(there.keys() - sealed.keys())
    renamed = dict(_renamed(gone, new, sealed, there))
    moved = [Difference(DifferenceKind.RENAMED, path, other) for path, other in renamed.items()]
    missing = [Difference(DifferenceKind.MISSING, path) for path in gone if path not in renamed]
    added = [Difference(DifferenceKind.ADDED, path) for path in set(new) - set(renamed.values())]
    return tuple(sorted((*changed, *moved, *missing, *added), key=lambda one: one.path))


def _renamed(gone: list[str], new: list[str], sealed: Contents, there: Contents) -> Iterable[tuple[str, str]]:
    by_content: dict[tuple[Content, ...], list[str]] = defaultdict(list)
    for path in reversed(new):
        by_content[there[path]].append(path)
    for path in gone:
        if by_content.get(sealed[path]):
            yield path, by_content[sealed[path]].pop()
