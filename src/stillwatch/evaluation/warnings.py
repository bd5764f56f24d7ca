"""How well a detector warned: its early warnings against what the truth says comes before each campaign.

    found = score_warnings(read_precursors(Path("log/truth.parquet")), document)
    found.false_warnings

A precursor of the truth is what one operator does of one kind (`truth.PRECURSORS`). It is warned of when a warning of
that kind names accounts of which at least half are the operator's. A warning of accounts that are mostly nobody's is
false, whatever its kind. Who is in a campaign already needs no warning, so how many precursors are warned of is read
from a replay in order of time (`leads`), not from the whole log.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.evaluation.score import read_truth, score

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LEAST_TRUE: Final = 0.5
_HOUR_NS: Final = 3_600_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePrecursor:
    kind: str
    operator_id: str
    exchanges: int
    first_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursors:
    listed: tuple[TruePrecursor, ...]
    accounts: dict[str, frozenset[str]]
    """Operator of a campaign or a precursor → all its accounts."""
    harmless: int
    """Accounts of nobody who harvests or prepares to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningScore:
    kinds: dict[str, bool]
    """`KIND OPERATOR` → whether it was warned of."""
    warnings: int
    false_warnings: int
    recall: float | None
    """Of the precursors of the truth; None where it has none."""
    innocents_warned_of: int
    """In warnings true and false."""
    innocents_per_million: float


def read_precursors(path: Path, until: int | None = None) -> Precursors:
    """What the exchanges before `until` (nanoseconds since 1970) were preparing."""
    columns = ["account_id", "label", "operator_id", "started_at"]
    try:
        # A truth that tells of no precursor has none.
        told = [name for name in ("precursor",) if name in pq.read_schema(path).names]
        table = pq.read_table(path, columns=columns + told).unify_dictionaries()
    except (OSError, KeyError, ValueError) as error:
        raise InputError(str(error), where=str(path), mend="give the truth.parquet of a composed log") from error
    if not told:
        table = table.append_column("precursor", pa.repeat("", len(table)))
    if until is not None:
        table = table.filter(pc.less(table["started_at"], until))
    grouped = table.group_by(["operator_id", "precursor"]).aggregate([("started_at", "min"), ([], "count_all")])
    listed = tuple(
        TruePrecursor(
            kind=row["precursor"],
            operator_id=row["operator_id"],
            exchanges=row["count_all"],
            first_at=row["started_at_min"],
        )
        for row in sorted(grouped.to_pylist(), key=itemgetter("precursor", "operator_id"))
        if row["precursor"]
    )
    accounts: dict[str, set[str]] = {}
    everyone: set[str] = set()
    for row in table.group_by(["account_id", "label", "operator_id"]).aggregate([]).to_pylist():
        everyone.add(row["account_id"])
        if row["label"] in {"campaign", "precursor"}:
            accounts.setdefault(row["operator_id"], set()).add(row["account_id"])
    return Precursors(
        listed=listed,
        accounts={operator: frozenset(held) for operator, held in accounts.items()},
        harmless=len(everyone.difference(*accounts.values())),
    )


def score_warnings(truth: Precursors, document: dict[str, Any]) -> WarningScore:
    """Compare the early warnings of a document of `stillwatch.campaigns/1` with the truth."""
    told = _told(document)
    guilty = frozenset[str]().union(*truth.accounts.values())
    kinds = {
        f"{one.kind} {one.operator_id}": any(
            kind == one.kind and _is_mostly(accounts, truth.accounts.get(one.operator_id, frozenset()))
            for kind, accounts in told
        )
        for one in truth.listed
    }
    innocent = frozenset[str]().union(*(accounts for _, accounts in told)) - guilty
    return WarningScore(
        kinds=kinds,
        warnings=len(told),
        false_warnings=sum(not _is_mostly(accounts, guilty) for _, accounts in told),
        recall=round(sum(kinds.values()) / len(kinds), 4) if kinds else None,
        innocents_warned_of=len(innocent),
        innocents_per_million=round(1e6 * len(innocent) / truth.harmless, 1) if truth.harmless else 0.0,
    )


def _is_mostly(accounts: frozenset[str], others: frozenset[str]) -> bool:
    return bool(accounts) and len(accounts & others) >= _LEAST_TRUE * len(accounts)


class Lead(NamedTuple):
    """How early an operator was warned of, and when its campaign was flagged; shares and counts of all it sent."""

    operator_id: str
    kinds: tuple[str, ...]
    """Precursors that it is warned of by, before its campaign is flagged."""
    exchanges: int
    """Of its campaign, from first to last."""
    warned_after: int | None
    """Exchanges of the campaign that lie before the first warning of the operator; None = never warned of."""
    flagged_after: int | None
    """The same of the first report of the campaign; None = never reported."""
    innocents: int
    """Innocent accounts in warnings on the way."""

    @property
    def lead(self) -> int | None:
        """Exchanges of the campaign between the warning and the report, or its end; None where there was no warning."""
        if self.warned_after is None:
            return None
        return (self.exchanges if self.flagged_after is None else self.flagged_after) - self.warned_after


def leads(truth_path: Path, detect: Callable[[int], dict[str, Any]], step_h: float) -> tuple[Lead, ...]:
    """Replay a log in steps until each operator that prepares is reported, or the log ends.

    `detect(until)` reports on what started before `until` (nanoseconds). The replay begins with the first precursor.
    """
    wanted: dict[str, int] = {}
    for one in read_precursors(truth_path).listed:
        wanted[one.operator_id] = min(one.first_at, wanted.get(one.operator_id, one.first_at))
    if not wanted:
        return ()
    table = pq.read_table(truth_path, columns=["started_at", "label", "operator_id"])
    last = int(pc.max(table["started_at"]).as_py())
    told: dict[str, dict[str, int]] = {operator: {} for operator in wanted}
    flagged: dict[str, int] = {}
    innocent: set[str] = set()
    until = min(wanted.values())
    while until <= last and not wanted.keys() <= flagged.keys():
        until += int(step_h * _HOUR_NS)
        document = detect(until)
        known = read_precursors(truth_path, until)
        guilty = frozenset[str]().union(*known.accounts.values())
        for kind, accounts in _told(document):
            innocent |= accounts - guilty
            for operator, found in told.items():
                if operator not in flagged and _is_mostly(accounts, known.accounts.get(operator, frozenset())):
                    found.setdefault(kind, until)
        for campaign in score(read_truth(truth_path, until), document).campaigns:
            if campaign.found:
                flagged.setdefault(campaign.operator_id, until)
    harvest = table.filter(pc.equal(pc.cast(table["label"], pa.string()), "campaign"))
    out = []
    for operator in sorted(wanted):
        at = harvest.filter(pc.equal(harvest["operator_id"], operator))["started_at"].to_numpy()
        moments = (min(told[operator].values(), default=None), flagged.get(operator))
        warned_after, flagged_after = (None if moment is None else int((at < moment).sum()) for moment in moments)
        kinds = tuple(sorted(told[operator]))
        out.append(Lead(operator, kinds, len(at), warned_after, flagged_after, len(innocent)))
    return tuple(out)


def _told(document: dict[str, Any]) -> list[tuple[str, frozenset[str]]]:
    return [(str(one["kind"]), frozenset(one["accounts"])) for one in document.get("early_warnings", ())]
