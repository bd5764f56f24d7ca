"""Tell a log of keys: that one counts from now on, that it ended, that it was lost; and change the log's own.

log = EvidenceLog.open(folder, clock=time.time)
tell_of_keys(log, [KeyStatement(event=KeyEvent.BEGIN, role=KeyRole.CUSTODY, ...)], at=now)
rotate_log_keys(log, Rotation(keys=folder / "keys", at=now))

    FOLDER/key-statements.jsonl   what was said of keys, whose digests are leaves; written before it is noted
    FOLDER/key-history.json       the same with its proofs, for readers (`evidence.key_history`)

A statement that was written and not noted when the process was killed is passed over. A change of the log's own keys
that was not brought to its end is, when it is asked for again: the new keys lie in `keys.next` until they are in force,
and the old ones in `keys.ended-ID` from then on.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.check_key_history import check_history, told
from stillwatch.evidence.key_history import HistoryEntry, write_history
from stillwatch.evidence.key_statement import (
    KeyEvent,
    KeyRole,
    KeyStatement,
    leaf_of_statement,
    log_key,
    read_statement,
    statement_bytes,
)
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.service.evidence.history_file import HISTORY, read_history_file
from stillwatch.service.evidence.log_keys import NEXT, make_log_keys, read_log_keys
from stillwatch.service.evidence.log_settings import given_policy_of
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from stillwatch.evidence.key_history import KeyHistory, KeySpan
    from stillwatch.evidence.log_signer import LogSigner
    from stillwatch.service.evidence.evidence_log import EvidenceLog

_STATEMENTS: Final = "key-statements.jsonl"
_LOCK: Final = ".key-statements.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A change of a log's own keys."""

    keys: Path
    """The folder of those that are in force."""
    at: datetime
    passphrase: bytes | None = None
    first: str = ""
    """Address of a key that is there, in a token or with an agent, to be the new first one; made if not given."""
    revoked_at: datetime | None = None
    """Since when the old ones may have been in wrong hands; None: they only end."""
    because: str = ""


def tell_of_keys(log: EvidenceLog, said: Sequence[KeyStatement], *, at: datetime) -> KeyHistory:
    """Note statements, and write the history with them.

    Raises:
        InputError: A key is said to be what it cannot be, such as to end before it began; nothing was noted.
        OSError: They could not be written.
    """
    with _alone(log.folder):
        spans = {(one.role, one.name, one.public): one for one in history_of(log).spans}
        for one in said:
            _refuse_second_role(one, spans.values())
            name = (one.role, one.name, one.public)
            spans[name] = _believed(spans.get(name), one, log.size)
        _write_down(log.folder, said)
        log.note([leaf_of_statement(one, noted_at=at) for one in said])
        return write_history_file(log)


def rotate_log_keys(log: EvidenceLog, rotation: Rotation) -> KeyHistory:
    """Hand the log over to new keys, which sign it from now on; the old ones sign with them once.

    Raises:
        SettingsError: The new keys cannot be made.
        OSError: It could not be written.
    """
    following = rotation.keys.with_name(rotation.keys.name + NEXT)
    with _alone(log.folder):
        before, after = log.signer, _keys_that_follow(following, log.signer.name, rotation)
        if not _has_signed(after, log):
            event, at = (KeyEvent.END, rotation.at)
            if rotation.revoked_at is not None:
                event, at = KeyEvent.REVOKE, rotation.revoked_at
            said = [log_key(KeyEvent.BEGIN, key, rotation.at) for key in after.verifiers]
            said += [log_key(event, key, at, rotation.because) for key in before.verifiers]
            spans = history_of(log).spans
            for one in said:
                _refuse_second_role(one, spans)
            _write_down(log.folder, said)
            log.hand_over([leaf_of_statement(one, noted_at=rotation.at) for one in said], after)
        found = write_history_file(log)
        if rotation.keys.exists():
            ended = f"{rotation.keys.name}.ended-{before.verifiers[0].id.hex()}"
            rotation.keys.rename(rotation.keys.with_name(ended))
        following.rename(rotation.keys)
        return found


def history_of(log: EvidenceLog) -> KeyHistory:
    """What the log says of keys, checked; its proofs are those of the newest checkpoint."""
    return check_history(entries_of(log), given_policy_of(log.folder), str(log.folder))


def entries_of(log: EvidenceLog) -> tuple[HistoryEntry, ...]:
    """The history as it is handed out: what was said and noted, in the log's order, proved by the newest checkpoint."""
    handovers = {one.statement: one.handover for one in read_history_file(log.folder)}
    noted = sorted(
        ((leaf, said) for said in _written_down(log.folder) if (leaf := _leaf_of(log, said)) is not None),
        key=itemgetter(0),
    )
    found = []
    for leaf, said in noted:
        proof = log.prove(leaf)._replace(extra=entry_of(log.leaf(leaf)))
        is_handed_over = said.role is KeyRole.LOG and said.event is KeyEvent.BEGIN
        # The first time that a new key is spoken of, the newest checkpoint is the one that both keys have signed.
        found.append(HistoryEntry(said, proof, (handovers.get(said) or proof) if is_handed_over else None))
    return tuple(found)


def write_history_file(log: EvidenceLog) -> KeyHistory:
    """Bring the file for readers up to the log; it is checked before it is written."""
    entries = entries_of(log)
    found = check_history(entries, given_policy_of(log.folder), str(log.folder))
    write_whole(log.folder / HISTORY, write_history(entries))
    return found


def _refuse_second_role(said: KeyStatement, spans: Iterable[KeySpan]) -> None:
    """What a key signs as one thing could otherwise be shown as what it signed as another."""
    others = {one.role.value for one in spans if one.public == said.public and one.role is not said.role}
    if said.event is KeyEvent.BEGIN and others:
        raise InputError(f"key {said.key_id} is for {', '.join(others)} already", mend="make a key for each role")


def _believed(span: KeySpan | None, said: KeyStatement, leaf: int) -> KeySpan:
    """What readers will make of a statement, found out before it is noted for ever."""
    if said.role is KeyRole.LOG and said.event is not KeyEvent.REVOKE:
        mend = "use: stillwatch log keys rotate"
        raise InputError("the log's own keys begin and end by being handed over", mend=mend)
    try:
        return told(span, said, leaf)
    except VerificationError as error:
        raise InputError(error.what, mend="see: stillwatch log keys history") from error


def _keys_that_follow(folder: Path, origin: str, rotation: Rotation) -> LogSigner:
    """New keys, or those that a change which did not come to its end has made."""
    if not folder.exists():
        made = folder.with_name(f"{folder.name}.{os.getpid()}")
        made.mkdir(mode=0o700)
        make_log_keys(made, origin, passphrase=rotation.passphrase, first=rotation.first)
        made.rename(folder)
    return read_log_keys(folder, origin, passphrase=rotation.passphrase)


def _has_signed(signer: LogSigner, log: EvidenceLog) -> bool:
    key = signer.verifiers[0]
    return any((one.name, one.key_id) == (key.name, key.id) for one in log.checkpoint().signatures)


def _leaf_of(log: EvidenceLog, said: KeyStatement) -> int | None:
    """Where a statement stands; None where it was written down and never noted."""
    found = log.find(hashlib.sha256(statement_bytes(said)).hexdigest())
    return next((leaf for leaf in found if log.leaf(leaf).kind is LeafKind.KEY), None)


def _write_down(folder: Path, said: Sequence[KeyStatement]) -> None:
    """On the disk before it is noted: of what a log holds the digest alone nobody could say any more what it was."""
    with (folder / _STATEMENTS).open("a+b") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(b"".join(statement_bytes(one) + b"\n" for one in said))
        file.flush()
        os.fsync(file.fileno())


def _written_down(folder: Path) -> tuple[KeyStatement, ...]:
    """What was written, each once; a last line that was cut off was never noted."""
    path = folder / _STATEMENTS
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return tuple(read_statement(json.loads(line), str(path)) for line in dict.fromkeys(lines))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While nobody else speaks of keys: two who begin the same key at once would leave a history that says it twice."""
    with (folder / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
