"""Records that could not be read: counted by reason, with a few examples of each, never dropped in silence.

>>> log = RejectLog()
>>> log.add("not JSON", path="a.jsonl", line=7, record=b'{"a": ')
>>> (log.rejects() + log.rejects()).counts
{'not JSON': 2}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES_KEPT: Final = 5
_EXCERPT_LENGTH: Final = 160
_REASON_LENGTH: Final = 120
_MOST_REASONS: Final = 200
_OTHER: Final = "other reasons"


class Example(NamedTuple):
    """One record that was rejected; `line` is the line, or within an array or Parquet the record's number, from 1."""

    path: str
    line: int
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejects:
    counts: Mapping[str, int] = field(default_factory=dict)
    """Rejected records by reason."""
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    """The first few of each reason."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def seen_in(self, path: str) -> Rejects:
        """The same, as rejects of this log."""
        moved = {reason: tuple(one._replace(path=path) for one in found) for reason, found in self.examples.items()}
        return Rejects(counts=self.counts, examples=moved)

    def __add__(self, other: Rejects) -> Rejects:
        if not self.counts or not other.counts:
            return self if self.counts else other
        log = RejectLog()
        log.extend(self)
        log.extend(other)
        return log.rejects()


class RejectLog:
    """Gathers rejects while a block is read; `rejects()` gives the value."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, tuple[Example, ...]] = {}

    def add(self, reason: str, *, path: str, line: int, record: bytes | str, count: int = 1) -> None:
        """Count a record under a short stable reason; the record itself is kept as an excerpt only."""
        reason = self._bounded(reason)
        kept = self._examples.get(reason, ())
        if len(kept) < EXAMPLES_KEPT:
            self._examples[reason] = (*kept, Example(path, line, excerpt(record)))
        self._counts[reason] = self._counts.get(reason, 0) + count

    def extend(self, rejects: Rejects) -> None:
        """Count all of these too."""
        for name, count in rejects.counts.items():
            reason = self._bounded(name)
            self._counts[reason] = self._counts.get(reason, 0) + count
            kept = self._examples.get(reason, ()) + rejects.examples.get(name, ())
            self._examples[reason] = kept[:EXAMPLES_KEPT]

    def rejects(self) -> Rejects:
        """What was gathered so far."""
        return Rejects(counts=dict(self._counts), examples=dict(self._examples))

    def _bounded(self, reason: str) -> str:
        # A reason may quote the record (a format's ValueError): a hostile log must not grow this table without end.
        reason = excerpt(reason, _REASON_LENGTH)
        return reason if reason in self._counts or len(self._counts) < _MOST_REASONS else _OTHER


def excerpt(record: bytes | str, length: int = _EXCERPT_LENGTH) -> str:
    """The beginning of a record, safe to show in a terminal: whatever does not print is escaped."""
    head = record[: length + 1]
    text = head.decode("utf-8", "backslashreplace") if isinstance(head, bytes) else head
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode() for char in text
    )
    return shown if len(shown) <= length else shown[: length - 1] + "…"
