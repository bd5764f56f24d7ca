"""Commit to marking keys before they mark anything, and give keys out only then.

    FOLDER/commitments/1a2b….json   one statement; its SHA-256 in canonical form is the name and a leaf of the log

A statement lists labels and commitments. Whoever is shown a secret later finds its commitment there, and the leaf's
proof says that it was there before.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.attribution.key_ring import commitment_of, key_id_of
from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.mark_label import MarkLabel
    from stillwatch.service.attribution.mark_keys import MarkKeys
    from stillwatch.service.evidence.evidence_log import EvidenceLog

_FOLDER: Final = "commitments"
_FORM: Final = "stillwatch commitments to marking keys, 1"


class CommittedKey(NamedTuple):
    label: MarkLabel
    id: str
    """First 16 digits of its commitment."""
    secret: bytes
    leaf: int
    """Where the log holds the statement that commits to it."""


def commit_keys(
    ring: MarkKeys, labels: Iterable[MarkLabel], log: EvidenceLog, *, at: datetime
) -> tuple[MarkLabel, ...]:
    """Commit to the keys of labels that were not committed to yet, in one leaf; returns those labels.

    Raises:
        InputError: A label names no key of this ring.
        SettingsError: A secret cannot be read.
        OSError: The log cannot be written; nothing was noted.
    """
    known = _known(ring, log)
    fresh = {label: commitment_of(label, ring.secret(label)) for label in labels}
    fresh = {label: commitment for label, commitment in fresh.items() if commitment not in known}
    if not fresh:
        return ()
    statement = {"form": _FORM, "commitments": [{"label": str(label), "sha256": one} for label, one in fresh.items()]}
    digest = digest_of(statement)
    folder = ring.folder / _FOLDER
    folder.mkdir(exist_ok=True)
    # The file first: a statement without a leaf commits to nothing, while a leaf without its statement is lost.
    write_whole(folder / f"{digest}.json", json.dumps(statement, indent=2).encode() + b"\n")
    log.note([Leaf(kind=LeafKind.KEY, sha256=digest, noted_at=at)])
    return tuple(fresh)


def committed_key(ring: MarkKeys, label: MarkLabel, log: EvidenceLog) -> CommittedKey:
    """The key of a label, which may mark text.

    Raises:
        InputError: The label names no key of this ring.
        SettingsError: Nobody has committed to it: a p-value of it would prove nothing.
    """
    secret = ring.secret(label)
    leaf = _known(ring, log).get(commitment_of(label, secret))
    if leaf is None:
        mend = f"commit to it first: stillwatch marks commit --key {label}"
        raise SettingsError(f"the key {label} was not committed to", where=str(ring.folder), mend=mend)
    return CommittedKey(label, key_id_of(label, secret), secret, leaf)


def statement_of(ring: MarkKeys, label: MarkLabel) -> dict[str, Any]:
    """The statement that commits to a key, to be handed over with its secret.

    Raises:
        SettingsError: There is none.
    """
    commitment = commitment_of(label, ring.secret(label))
    for _, statement in _statements(ring.folder / _FOLDER):
        if any(one["sha256"] == commitment for one in statement["commitments"]):
            return statement
    mend = "restore the folder of commitments from its copy"
    raise SettingsError(f"no statement commits to {label}", where=str(ring.folder / _FOLDER), mend=mend)


def _known(ring: MarkKeys, log: EvidenceLog) -> dict[str, int]:
    """Commitment → leaf, of statements that the log holds."""
    found: dict[str, int] = {}
    for digest, statement in _statements(ring.folder / _FOLDER):
        leaves = log.find(digest)
        if leaves:
            for one in statement["commitments"]:
                found.setdefault(one["sha256"], leaves[0])
    return found


def _statements(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(digest, statement); one that was altered has another digest, which no leaf bears."""
    for path in sorted(folder.glob("*.json")):
        try:
            statement = json.loads(path.read_text("utf-8"))
            if statement["form"] == _FORM:
                yield digest_of(statement), statement
        except (ValueError, KeyError, TypeError) as error:
            mend = "restore it from its copy"
            raise SettingsError(f"no statement of commitments: {error}", where=str(path), mend=mend) from error
