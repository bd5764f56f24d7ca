"""The log files of a store, and which of them the transparency log commits to, record by record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.dossier import DossierInput
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.service.evidence.seal_log import seals_of

if TYPE_CHECKING:
    from stillwatch.core.leaf import Leaf
    from stillwatch.logs.store import Store
    from stillwatch.service.evidence.evidence_log import EvidenceLog


def read_inputs(store: Store, log: EvidenceLog | None) -> tuple[DossierInput, ...]:
    """Every file that the store has read, by path."""
    parts = store.parts()
    found = []
    for entry in sorted(store.inputs(), key=lambda one: one.path):
        mine = [parts[name] for name in entry.parts if name in parts]
        leaf = _batch_leaf(log, entry.sha256)
        found.append(
            DossierInput(
                path=entry.path,
                sha256=entry.sha256,
                size_bytes=entry.size_bytes,
                format="+".join(entry.formats),
                exchanges=sum(part.exchanges for part in mine),
                rejected=sum(sum(one["counts"].values()) for one in (entry.rejects, *(part.rejects for part in mine))),
                batch_leaf=leaf[0] if leaf else None,
                sealed_at=leaf[1].noted_at if leaf else None,
            )
        )
    return tuple(found)


def _batch_leaf(log: EvidenceLog | None, sha256: str) -> tuple[int, Leaf] | None:
    """The leaf that commits to a file, with its number."""
    statement = None if log is None else seals_of(log).statement(sha256)
    if log is None or statement is None:
        return None
    numbers = log.find(digest_of(statement))
    return (numbers[0], log.leaf(numbers[0])) if numbers else None
