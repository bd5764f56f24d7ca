"""Erase what was kept beside the log, and note that it was: the log itself can still be checked.

Statements may be erased by their age or their number, and the secrets of sealed files destroyed; an erasure from a
store is noted too. What says of erasures is never erased, and of an account it holds a digest under a salt alone: who
knows the id can test that it was erased, and nobody can read it there.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.seal_log import seals_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stillwatch.core.forgotten import Forgotten
    from stillwatch.service.evidence.acted import Acted
    from stillwatch.service.evidence.notebook import Notebook

_KEPT: Final = frozenset((LeafKind.ERASURE, LeafKind.KEY))
_SALT_BYTES: Final = 16


def erase_statements(book: Notebook, by: Acted, *, before: datetime | None = None, leaves: Sequence[int] = ()) -> int:
    """Erase statements that were noted before a time, or those of some leaves; give how many there were.

    Raises:
        SettingsError, VerificationError: The erasure cannot be noted, so nothing was erased.
    """
    wanted = set(leaves)
    digests = [
        one.sha256
        for one in book.entries()
        if one.kind not in _KEPT
        and one.body is not None
        and (one.leaf in wanted or (before is not None and one.noted_at < before))
    ]
    if not digests:
        return 0
    said = {"who": by.plain(), "statements": len(digests), "before": before.isoformat() if before else ""}
    book.note([book.said(LeafKind.ERASURE, "statements_erased", said)])
    return book.erase(digests)


def destroy_secrets(book: Notebook, sha256: str, by: Acted) -> int:
    """Destroy the secrets of a sealed file; give how many blocks had one.

    Raises:
        InputError: The file was not sealed.
        SettingsError, VerificationError: It cannot be noted, so nothing was destroyed.
    """
    seals = seals_of(book.log)
    seals.blocks(sha256)
    book.note([book.said(LeafKind.ERASURE, "secrets_destroyed", {"who": by.plain(), "file_sha256": sha256})])
    return seals.destroy(sha256)


def note_forgotten(book: Notebook, erased: Forgotten, by: Acted, *, account_id: str = "", before: int | None) -> int:
    """Note that an account, or what was old, was erased from a store; give the number of the leaf.

    Args:
        book: Of a log.
        erased: What went.
        by: Who, and why.
        account_id: Whose, where it was an account.
        before: Nanoseconds since 1970 UTC, where it was by age.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    said = {
        "who": by.plain(),
        "store": erased.store,
        "exchanges": erased.exchanges,
        "left": erased.left,
        "before_ns": "" if before is None else str(before),
        "account_salt": salt.hex() if account_id else "",
        "account_digest": hashlib.sha256(salt + account_id.encode()).hexdigest() if account_id else "",
    }
    return book.note([book.said(LeafKind.ERASURE, "store_forgot", said)])[0]
