"""What appeals tell about denials: how many, how right they can have been, and whether stated confidence holds.

report = calibration_report(Path("guard.db"), at=datetime.now(UTC))
report.precision, report.refutation.p_value, report.advice

Counted are accounts that a campaign was behind, denied in the last 90 days: older denials are erased unless they were
appealed, which would count the mistakes alone. People see only those who object, so that nothing here is a plain share:

- At best, everybody who did not object was denied rightly: precision is no more than 1 - overturned / denied. This
  holds whoever objects.
- At worst, those who did not object were as often innocent as those who did: the share of upheld among judged, with
  the lower end of its exact 95 % interval (Clopper and Pearson, 1934). Assumes that the innocent object at least as
  readily as the guilty, and that people judge rightly; accounts of one campaign fall together, so it is for campaigns.
- Were the stated confidences true, innocents among the denied would number sum(1 - confidence) in the mean, however the
  accounts of a campaign hang together. Overturned denials are some of these innocents. Their number over that sum has a
  mean of at most 1, so that it exceeds 1/p with a probability of at most p (Markov; an e-value: Vovk and Wang, 2021).
  Appeals can refute confidence in this way, and never confirm it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.appeal import AppealState
from stillwatch.evaluation.intervals import share_of
from stillwatch.service.calibration_record import is_no_campaign
from stillwatch.service.guarding.state_file import open_state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

_LOOKED_BACK: Final = timedelta(days=90)
_REFUTED_P: Final = 0.05
_LEAST_EXPECTED: Final = 1e-6
_DENIED: Final = (
    "SELECT key, value, subject, min(confidence), max(rule), count(*) FROM denial JOIN ground USING (ground) "
    "WHERE denied_at >= ? AND subject <> '' AND value <> '' GROUP BY key, value, subject"
)
_DECIDED: Final = (
    "SELECT denial.key, denial.value, ground.subject, state FROM appeal JOIN denial ON denial.id = appeal.denial "
    "JOIN ground USING (ground) WHERE denied_at >= ? ORDER BY opened_at"
)


class Advice(StrEnum):
    """`nothing_denied`, `nothing_judged`: there is nothing to say yet. `too_sure`: the stated confidence is refuted.
    `not_refuted`: nothing speaks against it, which does not confirm it.
    """

    NOTHING_DENIED = "nothing_denied"
    NOTHING_JUDGED = "nothing_judged"
    TOO_SURE = "too_sure"
    NOT_REFUTED = "not_refuted"


class Counted(NamedTuple):
    """Accounts; an account that stands in two campaigns counts in each."""

    denied: int
    open: int
    upheld: int
    overturned: int


class Precision(NamedTuple):
    """Of the accounts that were denied, the share that truly was of a campaign, 0..1."""

    least: float | None
    """None where nobody has decided anything."""
    most: float | None


class Refutation(NamedTuple):
    """Of the stated confidence."""

    expected: float
    """Innocents among the denied, were it true."""
    e_value: float
    """Overturned over expected."""
    p_value: float


class CalibrationReport(NamedTuple):
    since: datetime
    denials: int
    accounts: Counted
    campaigns: Counted
    """A campaign is overturned where at least half of its judged accounts are."""
    precision: Precision
    refutation: Refutation
    rules: dict[str, Counted]
    advice: Advice


class _Account(NamedTuple):
    key: str
    value: str
    subject: str


class _Denied(NamedTuple):
    confidence: float
    rule: str
    denials: int


def calibration_report(state: Path, *, at: datetime) -> CalibrationReport:
    """Count what the state of a guard holds.

    Raises:
        InputError: The file is no state of a guard, or of another version.
        SettingsError: It is missing or cannot be opened.
    """
    since = at - _LOOKED_BACK
    connection = open_state(state, must_exist=True)
    try:
        denied = _denied(connection, since)
        decided = _decided(connection, since)
    finally:
        connection.close()
    accounts = _counted(denied, decided)
    campaigns = _campaigns(denied, decided)
    refutation = _refutation(denied.values(), accounts.overturned)
    by_rule: dict[str, dict[_Account, _Denied]] = defaultdict(dict)
    for account, one in denied.items():
        by_rule[one.rule][account] = one
    return CalibrationReport(
        since=since,
        denials=sum(one.denials for one in denied.values()),
        accounts=accounts,
        campaigns=campaigns,
        precision=_precision(accounts, campaigns),
        refutation=refutation,
        rules={rule: _counted(mine, decided) for rule, mine in sorted(by_rule.items())},
        advice=_advice(accounts, refutation),
    )


def _denied(connection: sqlite3.Connection, since: datetime) -> dict[_Account, _Denied]:
    """Each account with the lowest confidence that a denial was stated with: that asks least of the detector."""
    rows = connection.execute(_DENIED, (since.timestamp(),))
    return {_Account(*row[:3]): _Denied(*row[3:]) for row in rows}


def _decided(connection: sqlite3.Connection, since: datetime) -> dict[_Account, AppealState]:
    """Of each account that appealed the last word; withdrawn appeals say nothing."""
    rows = connection.execute(_DECIDED, (since.timestamp(),))
    return {_Account(*row[:3]): AppealState(row[3]) for row in rows if AppealState(row[3]) is not AppealState.WITHDRAWN}


def _counted(denied: Iterable[_Account], decided: Mapping[_Account, AppealState]) -> Counted:
    mine = list(denied)
    states = Counter(decided[one] for one in mine if one in decided)
    return Counted(len(mine), *(states[one] for one in (AppealState.OPEN, AppealState.UPHELD, AppealState.OVERTURNED)))


def _campaigns(denied: Iterable[_Account], decided: Mapping[_Account, AppealState]) -> Counted:
    by_subject: dict[str, list[_Account]] = defaultdict(list)
    for one in denied:
        by_subject[one.subject].append(one)
    counted = [_counted(mine, decided) for mine in by_subject.values()]
    judged = [one for one in counted if one.upheld or one.overturned]
    overturned = sum(is_no_campaign(one.upheld, one.overturned) for one in judged)
    waiting = sum(one.open > 0 for one in counted if one not in judged)
    return Counted(len(counted), waiting, len(judged) - overturned, overturned)


def _precision(accounts: Counted, campaigns: Counted) -> Precision:
    if not accounts.upheld + accounts.overturned:
        return Precision(None, None)
    judged = share_of(campaigns.upheld, campaigns.upheld + campaigns.overturned)
    return Precision(judged.low, round(1 - accounts.overturned / accounts.denied, 4))


def _refutation(denied: Iterable[_Denied], overturned: int) -> Refutation:
    expected = max(_LEAST_EXPECTED, sum(1 - one.confidence for one in denied))
    e_value = overturned / expected
    return Refutation(round(expected, 4), round(e_value, 4), round(min(1.0, 1 / e_value), 6) if e_value else 1.0)


def _advice(accounts: Counted, refutation: Refutation) -> Advice:
    if not accounts.denied:
        return Advice.NOTHING_DENIED
    if not accounts.upheld + accounts.overturned:
        return Advice.NOTHING_JUDGED
    return Advice.TOO_SURE if refutation.p_value <= _REFUTED_P else Advice.NOT_REFUTED
