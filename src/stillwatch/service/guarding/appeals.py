"""Due process: look a denial up, open an appeal against it, and carry out what a person decides.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     appeals = Appeals(Path(folder) / "guard.db", clock=lambda: 0.0, new_id=lambda: "ap-1", must_exist=False)
...     opened = appeals.open("d-1", opened_by="Ada", statement="a class", who=Who("account", "a-1"))
...     decided = appeals.decide("ap-1", Ruling(state=AppealState.OVERTURNED, by="Grace", reason="it is one"))
...     exempt = (Path(folder) / "exemptions.json").exists()
...     appeals.close()
>>> opened.state.value, decided.state.value, exempt
('open', 'overturned', True)

Beside the state of the guard (`service.guard_state`) stand two files that are written here: `exemptions.json`, who is
spared because a denial was overturned, which guards and publishers follow; and `calibration.jsonl`, what people found
about the accounts. Every step is in the audit trail with the person's name. A decision may be changed by another one;
what it caused is changed with it, and both stay on record.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.appeal import Appeal, AppealState
from stillwatch.core.denial import Denial
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.calibration_record import Judged, record_judged
from stillwatch.service.guarding.exemptions import EXEMPTED_BY, Exemption, exemptions_beside, write_exemptions
from stillwatch.service.guarding.state_file import open_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SPARED: Final = timedelta(days=90)
_APPEAL: Final = (
    "SELECT id, denial, key, value, subject, rule, statement, opened_by, opened_at, state, decided_by, "
    "decision_reason, decided_at, exempt_until FROM appeal"
)
_DENIAL: Final = (
    "SELECT id, denied_at, action, rule, reason, because, subject, confidence, policy_version, key, value, request_id "
    "FROM denial JOIN ground USING (ground) WHERE id = ?"
)


class Who(NamedTuple):
    key: str
    """`account`, `api_key`, `user`, `organisation`, `team` or `end_user`."""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a person decided."""

    state: AppealState
    by: str
    reason: str
    exempt_for: timedelta = _SPARED
    """Of an overturned denial: how long the customer is spared."""
    exempt: Who | None = None
    """Who is spared, where it is not whom the denial names."""


class Appeals:
    """The appeals in the state of a guard.

    Args:
        state: The guard's SQLite file.
        clock: Seconds since 1970 UTC.
        new_id: Makes the id of an appeal.
        must_exist: Whether a missing file is an error.

    Raises:
        InputError: The file is no state of a guard, or of another version.
        SettingsError: It is missing or cannot be opened.
    """

    def __init__(
        self, state: Path, *, clock: Callable[[], float], new_id: Callable[[], str], must_exist: bool = True
    ) -> None:
        self._where = str(state)
        self._exemptions = exemptions_beside(state)
        self._calibration = state.with_name("calibration.jsonl")
        self._clock, self._new_id = clock, new_id
        self.connection = open_state(state, must_exist=must_exist)

    def close(self) -> None:
        self.connection.close()

    def denial(self, denial: str) -> Denial | None:
        """What is on record of a denial; None where nothing is (any more)."""
        row = self.connection.execute(_DENIAL, (denial,)).fetchone()
        return None if row is None else _denial(row)

    def find(self, appeal: str) -> Appeal:
        """An appeal by its id, or the last one against a denial by the denial's.

        Raises:
            InputError: There is none.
        """
        row = self.connection.execute(
            f"{_APPEAL} WHERE id = ? OR denial = ? ORDER BY opened_at DESC LIMIT 1", (appeal, appeal)
        ).fetchone()
        if row is None:
            mend = "`stillwatch appeals list` names all"
            raise InputError(f"there is no appeal {appeal!r}", where=self._where, mend=mend)
        return _appeal(row)

    def all(self, state: AppealState | None = None) -> tuple[Appeal, ...]:
        """All appeals, or those of one state, the oldest first."""
        rows = self.connection.execute(f"{_APPEAL} WHERE ? IS NULL OR state = ? ORDER BY opened_at, id", (state, state))
        return tuple(_appeal(row) for row in rows)

    def open(self, denial: str, *, opened_by: str, statement: str, who: Who | None = None) -> Appeal:
        """Open an appeal; `who` is needed where the denial is not on record.

        Raises:
            InputError: There is an open one, or nobody knows whom the denial was about.
        """
        _refuse_empty(opened_by=opened_by, statement=statement)
        known = self.denial(denial)
        if who is None and known is not None and known.key:
            who = Who(known.key, known.value)
        if who is None:
            mend = "check the id, or say whom it was about with --who account=ID"
            raise InputError(f"denial {denial!r} is not on record", where=self._where, mend=mend)
        appeal = Appeal(
            id=self._new_id(),
            denial=denial,
            key=who.key,
            value=who.value,
            subject=known.subject if known else "",
            rule=known.rule if known else "",
            statement=statement,
            opened_by=opened_by,
            opened_at=_moment(self._clock()),
            state=AppealState.OPEN,
        )
        with _Transaction(self.connection):
            self._refuse_second(denial)
            self._put(appeal, "appeal_opened", opened_by, {"statement": statement, "is_on_record": known is not None})
        return appeal

    def decide(self, appeal: str, ruling: Ruling) -> Appeal:
        """Record what a person decided, write the exemptions anew, and add to the calibration record.

        Raises:
            InputError: There is no such appeal, it was withdrawn, nothing is given as reason, or the exemption would be
                for something that several customers share.
        """
        _refuse_empty(by=ruling.by, reason=ruling.reason)
        with _Transaction(self.connection):
            before = self.find(appeal)
            after = self._decided(before, ruling)
            detail = {
                "before": before.state,
                "reason": ruling.reason,
                "key": after.key,
                "value": after.value,
                "exempt_until": after.exempt_until.isoformat() if after.exempt_until else None,
            }
            self._put(after, f"appeal_{ruling.state}", ruling.by, detail)
            if ruling.state in (AppealState.UPHELD, AppealState.OVERTURNED):
                record_judged(self._calibration, self._judged(after))
            self.write_exemptions()
        return after

    def write_exemptions(self) -> tuple[Exemption, ...]:
        """Write `exemptions.json` anew from the appeals; give who is in it."""
        now = _moment(self._clock())
        found = tuple(
            Exemption(
                key=one.key,
                value=one.value,
                appeal=one.id,
                reason=f"{one.decided_by}: {one.decision_reason}",
                since=one.decided_at,
                expires_at=one.exempt_until,
            )
            for one in self.all(AppealState.OVERTURNED)
            if one.decided_at is not None and one.exempt_until is not None and one.exempt_until > now
        )
        write_exemptions(self._exemptions, found)
        return found

    def _decided(self, before: Appeal, ruling: Ruling) -> Appeal:
        if before.state is AppealState.WITHDRAWN:
            mend = f"open another one against {before.denial}"
            raise InputError(f"appeal {before.id} was withdrawn", where=self._where, mend=mend)
        if ruling.state is AppealState.OPEN:
            raise InputError("open is no decision", where=before.id, mend="say upheld, overturned or withdrawn")
        who = ruling.exempt or Who(before.key, before.value)
        is_overturned = ruling.state is AppealState.OVERTURNED
        if is_overturned and who.key not in EXEMPTED_BY:
            mend = f"say who is spared with --exempt KEY=VALUE; KEY is one of {', '.join(EXEMPTED_BY)}"
            raise InputError(f"{who.key} {who.value} may be shared by many", where=before.id, mend=mend)
        now = _moment(self._clock())
        return replace(
            before,
            key=who.key,
            value=who.value,
            state=ruling.state,
            decided_by=ruling.by,
            decision_reason=ruling.reason,
            decided_at=now,
            exempt_until=now + ruling.exempt_for if is_overturned else None,
        )

    def _refuse_second(self, denial: str) -> None:
        row = self.connection.execute("SELECT id FROM appeal WHERE denial = ? AND state = 'open'", (denial,)).fetchone()
        if row is not None:
            mend = f"see `stillwatch appeals show {row[0]}`"
            raise InputError(f"there is an open appeal against {denial}", where=self._where, mend=mend)

    def _put(self, appeal: Appeal, what: str, who: str, detail: dict[str, Any]) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO appeal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(appeal.id, appeal.denial, appeal.key, appeal.value, appeal.subject, appeal.rule, appeal.statement),
                *(appeal.opened_by, appeal.opened_at.timestamp(), str(appeal.state), appeal.decided_by),
                *(appeal.decision_reason, _seconds(appeal.decided_at), _seconds(appeal.exempt_until)),
            ),
        )
        add_entries(self.connection, [Entry(self._clock(), what, who, appeal.id, {"denial": appeal.denial, **detail})])

    def _judged(self, appeal: Appeal) -> Judged:
        denial = self.denial(appeal.denial)
        return Judged(
            appeal=appeal.id,
            denial=appeal.denial,
            decided_at=appeal.decided_at or _moment(self._clock()),
            key=appeal.key,
            value=appeal.value,
            is_guilty=appeal.state is AppealState.UPHELD,
            subject=appeal.subject,
            rule=appeal.rule,
            confidence=denial.confidence if denial else None,
            because=denial.because if denial else "",
            decided_by=appeal.decided_by,
            decision_reason=appeal.decision_reason,
        )


class _Transaction:
    """All of it or nothing; another process that writes waits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            mend = "try again; make room on the disk if it says full"
            raise SettingsError(f"the state cannot be written: {error}", mend=mend) from error

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def _refuse_empty(**texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            option = name.removeprefix("opened_")
            raise InputError(f"{name.replace('_', ' ')} is empty", mend=f"an appeal is kept with it: give --{option}")


def _denial(row: Any) -> Denial:
    names = (
        *("action", "rule", "reason", "because", "subject", "confidence"),
        *("policy_version", "key", "value", "request_id"),
    )
    return Denial(id=row[0], denied_at=_moment(row[1]), **dict(zip(names, row[2:], strict=True)))


def _appeal(row: Any) -> Appeal:
    names = ("id", "denial", "key", "value", "subject", "rule", "statement", "opened_by")
    return Appeal(
        **dict(zip(names, row[:8], strict=True)),
        opened_at=_moment(row[8]),
        state=AppealState(row[9]),
        decided_by=row[10],
        decision_reason=row[11],
        decided_at=None if row[12] is None else _moment(row[12]),
        exempt_until=None if row[13] is None else _moment(row[13]),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
