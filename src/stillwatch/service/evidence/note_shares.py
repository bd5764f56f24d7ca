"""Note what has left here: each line of the record of shares is a leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.notebook import Place
from stillwatch.service.sharing.shared_log import told

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.service.evidence.notebook import Notebook
    from stillwatch.service.sharing.shared_log import Told


def note_shares(out: Path, book: Notebook) -> int:
    """Note what was told since the last time from the result in a folder; give how many bundles.

    Raises:
        InputError: The record of shares is damaged.
        SettingsError, VerificationError: It cannot be noted now; it is the next time.
    """
    name = f"{out.resolve()}#shared"
    before = book.place(name)
    entries = told(out)
    fresh = entries[int(before.place) if before else 0 :]
    if fresh:
        statements = [book.said(LeafKind.SHARE, _what(one), _said(one), at=one.at.timestamp()) for one in fresh]
        book.note(statements, Place(name, len(entries)))
    return len(fresh)


def _what(one: Told) -> str:
    return "taken_back" if one.is_revoked else "told"


def _said(one: Told) -> dict[str, str]:
    return {
        "who": one.reviewed_by,
        "campaign": one.campaign_id,
        "shared": one.shared_id,
        "to": one.to,
        "bundle_sha256": one.sha256,
    }
