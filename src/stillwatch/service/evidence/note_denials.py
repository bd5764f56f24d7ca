"""Note the denials of a guard in batches, out of its state, and show any one of them alone.

    FOLDER/decisions/1a2b….json      what was noted; named by the root over the denials
    FOLDER/decisions/1a2b….leaves    32 bytes a denial
    FOLDER/decisions/1a2b….secret    makes the salts; readable for its owner alone

The guard writes its denials down by itself, some four times a second; here they are read from its file, so that no
request waits for the log. What is committed to is the denial as JSON: id, time, action, rule, reason, whom it met. A
guard may write a denial down late (the disk was full), so the last ten minutes are always looked at again.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.commitment import SECRET_BYTES, CommittedBatch, Opening, check_opening, salt_of
from stillwatch.evidence.leaf_entry import digest_of, entry_of
from stillwatch.evidence.proof_file import write_proof
from stillwatch.evidence.record_proof import RecordProof, decisions_statement
from stillwatch.service.evidence.notebook import NotedDenial, Place, Statement
from stillwatch.service.secret_files import read_secret, write_secret
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from stillwatch.service.evidence.notebook import Notebook

DECISIONS: Final = "decisions"
_FORM: Final = "denial as JSON, keys sorted"
_AT_ONCE: Final = 16_384
_LATE_S: Final = 600.0
_COLUMNS: Final = (
    *("id", "denied_at", "action", "rule", "reason", "because", "subject", "confidence", "policy_version"),
    *("key", "value", "request_id"),
)
_DENIALS: Final = f"SELECT {', '.join(_COLUMNS)} FROM denial JOIN ground USING (ground)"  # noqa: S608  # from this file


class _Denial(NamedTuple):
    id: str
    denied_at: float
    record: bytes


def note_denials(connection: sqlite3.Connection, name: str, book: Notebook) -> int:
    """Note the denials that were written down since the last time; give how many.

    Args:
        connection: Of the state of a guard; is read alone.
        name: By which the state is known again, such as its path.
        book: Notes them.

    Raises:
        SettingsError, VerificationError: They cannot be noted now; they are the next time.
    """
    before = book.place(f"{name}#denials")
    since = before.place - _LATE_S if before else 0.0
    known = book.denials_since(since)
    noted = 0
    for page in _pages(connection, since):
        fresh = [_Denial(row[0], row[1], _record(row)) for row in page if row[0] not in known]
        if fresh:
            _note(fresh, Place(f"{name}#denials", page[-1][1]), book)
            noted += len(fresh)
    return noted


def prove_denial(connection: sqlite3.Connection, denial: str, book: Notebook) -> RecordProof:
    """Show one denial, with the proof that it was noted.

    Raises:
        InputError: It was not noted, or is no longer in the guard's state, or was changed there.
        SettingsError: The batch's secret was destroyed.
        VerificationError: What is kept here is not what was noted.
    """
    noted = book.denial(denial)
    row = connection.execute(f"{_DENIALS} WHERE id = ?", (denial,)).fetchone()
    if noted is None or row is None:
        what = "was not noted" if noted is None else "is no longer in the guard's state"
        raise InputError(f"denial {denial!r} {what}", mend="check the id; denials are erased by age")
    base = book.log.folder / DECISIONS / noted.batch
    if not base.with_suffix(".secret").exists():
        raise SettingsError("its secret was destroyed", where=str(base), mend="no denial of it can be shown any more")
    batch = CommittedBatch(base.with_suffix(".leaves").read_bytes())
    salt = salt_of(read_secret(base.with_suffix(".secret")), noted.place)
    opening = Opening(noted.place, salt, _record(row), tuple(batch.path(noted.place)))
    check_opening(opening, batch.size, bytes.fromhex(noted.batch))
    statement = orjson.loads(base.with_suffix(".json").read_bytes())
    leaf = book.log.find(digest_of(statement))[0]
    proof = book.log.prove(leaf)._replace(extra=entry_of(book.log.leaf(leaf)))
    return RecordProof(opening, statement, write_proof(proof))


def _note(denials: list[_Denial], place: Place, book: Notebook) -> None:
    secret = secrets.token_bytes(SECRET_BYTES)
    batch = CommittedBatch.of([one.record for one in denials], secret)
    root = batch.root
    statement = decisions_statement(
        records=batch.size,
        root=root,
        first_at=denials[0].denied_at,
        last_at=denials[-1].denied_at,
        form=_FORM,
    )
    base = book.log.folder / DECISIONS / root.hex()
    base.parent.mkdir(exist_ok=True)
    write_secret(base.with_suffix(".secret"), secret)
    write_whole(base.with_suffix(".leaves"), bytes(batch.leaves))
    write_whole(base.with_suffix(".json"), orjson.dumps(statement))
    rows = [NotedDenial(one.id, root.hex(), number, one.denied_at) for number, one in enumerate(denials)]
    book.note([Statement(kind=LeafKind.DECISIONS, body=statement)], place, rows)


def _pages(connection: sqlite3.Connection, since: float) -> Iterator[list[Any]]:
    after: tuple[float, str] = (since, "")
    while rows := connection.execute(
        f"{_DENIALS} WHERE (denied_at, id) > (?, ?) ORDER BY denied_at, id LIMIT ?", (*after, _AT_ONCE)
    ).fetchall():
        yield rows
        after = rows[-1][:2][::-1]


def _record(row: Any) -> bytes:
    return orjson.dumps(dict(zip(_COLUMNS, row, strict=True)), option=orjson.OPT_SORT_KEYS)
