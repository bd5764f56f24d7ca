"""Look through what was noted: who saw and did what, and whether the log and the notebook say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.leaf_entry import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.core.leaf import Leaf
    from stillwatch.service.evidence.notebook import Entry, Notebook


class Audited(NamedTuple):
    entry: Entry
    trouble: str = ""
    """What does not hold; empty where all does."""


def audit_notes(book: Notebook, kinds: Iterable[LeafKind] = tuple(LeafKind)) -> Iterator[Audited]:
    """Everything of some kinds, the oldest first, each held against its leaf."""
    entries = list(book.entries(kinds))
    book.log.checkpoint()  # after the entries: others note meanwhile, and no leaf of theirs may be missing
    leaves = list(book.log.leaves())
    for entry in entries:
        yield Audited(entry, _trouble(entry, leaves))


def _trouble(entry: Entry, leaves: list[Leaf]) -> str:
    if entry.leaf is None:
        return "waits to be noted"
    if entry.leaf >= len(leaves):
        return f"there is no leaf {entry.leaf} in the log"
    leaf = leaves[entry.leaf]
    if (leaf.sha256, leaf.kind, leaf.about) != (entry.sha256, entry.kind, entry.about):
        return f"leaf {entry.leaf} is of something else"
    if entry.body is not None and digest_of(entry.body) != entry.sha256:
        return "the statement was changed"
    return ""
