"""Note what an audit trail says, entry by entry: policies, appeals, reviews, what was received, what expired.

Every state in which people or guards do something that others may ask about keeps such a trail in its own file, in one
transaction with what was done (`service.audit_trail`). It is followed from here, so that nobody waits for the log, and
what could not be noted is noted later. Each statement bears the entry's own digest: who
has the trail can work it out again.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.leaf import LeafKind
from stillwatch.service.audit_trail import digest_at, entries_after
from stillwatch.service.evidence.notebook import Place

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.service.audit_trail import Entry
    from stillwatch.service.evidence.notebook import Notebook, Statement

_AT_ONCE: Final = 4096
_KINDS: Final = (
    ("policy_followed", LeafKind.POLICY),
    ("covert_rule_loaded", LeafKind.APPROVAL),
    ("covert_rule_acted", LeafKind.DECISIONS),
    ("records_dropped", LeafKind.DECISIONS),
    ("appeal_", LeafKind.APPEAL),
    ("candidate_", LeafKind.APPROVAL),
    ("records_expired", LeafKind.ERASURE),
    ("screened", LeafKind.FINDING),
    ("intel_", LeafKind.APPROVAL),
    ("producer_put_out", LeafKind.APPROVAL),
    *((what, LeafKind.SHARE) for what in ("received", "bundle_", "epoch_", "tokens_", "member_", "object_")),
)
"""How what was done begins → what is noted; anything else is `other`."""


def note_trail(connection: sqlite3.Connection, name: str, book: Notebook) -> int:
    """Note what was added since the last time; give how many entries.

    Args:
        connection: Of a file with an audit trail; is read alone.
        name: By which the trail is known again, such as its path.
        book: Notes it.

    Raises:
        SettingsError, VerificationError: It cannot be noted now; what was not is noted the next time.
    """
    before = book.place(name) or Place(name, 0)
    if before.place and digest_at(connection, int(before.place)) != before.mark:
        said = {"trail": name, "entry": int(before.place), "digest": before.mark}
        before = Place(name, 0)
        book.note([book.said(LeafKind.OTHER, "trail_replaced", said)], before)
    noted = 0
    following = entries_after(connection, int(before.place))
    while entries := list(islice(following, _AT_ONCE)):
        number, last = entries[-1]
        book.note([_statement(book, name, *one) for one in entries], Place(name, number, last.digest))
        noted += len(entries)
    return noted


def kind_of(what: str) -> LeafKind:
    return next((kind for head, kind in _KINDS if what.startswith(head)), LeafKind.OTHER)


def _statement(book: Notebook, name: str, number: int, entry: Entry) -> Statement:
    said = {
        "who": entry.who,
        "about": entry.about,
        "detail": orjson.dumps(entry.detail, option=orjson.OPT_SORT_KEYS).decode(),
        "trail": name,
        "entry": number,
        "digest": entry.digest,
    }
    about = entry.about if entry.what.startswith("appeal_") else ""
    return book.said(kind_of(entry.what), entry.what, said, about=about, at=entry.happened_at)
