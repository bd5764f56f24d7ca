"""Hold what left a host against what was declared for it.

Each finding is a comparison with a declared limit, on bytes that were counted, or estimated with a p-value
(`evidence.over_limit`). Nothing is learnt from the log, so a slow leak cannot teach the watch to bear it: what is small
each day is summed over the whole log and held against the size of the weights.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.egress import EgressFinding, EgressKind, EgressWeight, Place
from stillwatch.evidence.over_limit import Measured, is_over
from stillwatch.evidence.size_in_words import size_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stillwatch.core.egress import Destination, HostBudget

_HOURS_A_DAY: Final = 24
_SETTLED: Final = timedelta(days=7)
"""An allowed destination that is first seen later than this after the log's beginning is new."""
_LITTLE_BACK: Final = 0.1
"""Acknowledgements of an upload are 1 to 4 % of it; less than this share back is one way."""
_LEAST_SHARE: Final = 0.01
"""Of the weights' size; less than this to an allowed destination is replies, monitoring and logs."""

_LOOK: Final = frozenset((EgressKind.ALLOWED_COPY, EgressKind.NEW_DESTINATION, EgressKind.ONE_WAY))


class SentTo(NamedTuple):
    destination: Destination
    variance: float


class Seen(NamedTuple):
    """What the log holds of one host."""

    budget: HostBudget
    hours: Mapping[int, Measured]
    """Hour since 1970 UTC → what left in it."""
    other: Measured
    """What went to destinations that are not declared, in all."""
    other_days: int
    """On which any did."""
    destinations: Sequence[SentTo]
    log_start: datetime
    log_end: datetime
    has_both_ways: bool
    """Whether the log tells what comes to the host."""


class _Asked(NamedTuple):
    """One question: is this more than that?"""

    kind: EgressKind
    measured: Measured
    limit_bytes: int
    start_at: datetime
    end_at: datetime
    destination: str = ""


def questions_of(seen: Seen) -> int:
    """How many questions are asked of a host."""
    days = {hour // _HOURS_A_DAY for hour in seen.hours}
    return len(seen.hours) + len(days) + 3 * len(seen.destinations) + 1


def judge_egress(seen: Seen, *, tests: int) -> list[EgressFinding]:
    """The findings of one host; `tests`: how many questions are asked of all hosts together."""
    found = [*_over_days(seen, tests), *_over_hours(seen, tests), *_copy(seen, tests)]
    for sent in seen.destinations:
        found += (_undeclared if sent.destination.place is Place.OTHER else _allowed)(seen, sent, tests)
    return found


def _over_days(seen: Seen, tests: int) -> Iterator[EgressFinding]:
    days: dict[int, Measured] = {}
    for hour, measured in seen.hours.items():
        day = hour // _HOURS_A_DAY
        days[day] = days.get(day, Measured(0, 0)) + measured
    limit = seen.budget.day_bytes
    for day, measured in sorted(days.items()) if limit is not None else ():
        start = datetime.fromtimestamp(day * 86_400, UTC)
        asked = _Asked(EgressKind.OVER_DAY, measured, limit or 0, start, start + timedelta(days=1))
        because = f"{_size(measured)} left on {start:%Y-%m-%d}; {size_in_words(limit or 0)} a day are declared"
        yield from _found(seen, asked, because, tests)


def _over_hours(seen: Seen, tests: int) -> Iterator[EgressFinding]:
    """Of each day the worst hour alone: a day of uploading is one thing, not twenty-four."""
    worst: dict[int, tuple[Measured, int]] = {}
    for hour, measured in seen.hours.items():
        day = hour // _HOURS_A_DAY
        worst[day] = max(worst.get(day, (Measured(0, 0), 0)), (measured, hour))
    limit = seen.budget.hour_bytes
    for _, (measured, hour) in sorted(worst.items()) if limit is not None else ():
        start = datetime.fromtimestamp(hour * 3600, UTC)
        asked = _Asked(EgressKind.OVER_HOUR, measured, limit or 0, start, start + timedelta(hours=1))
        left = f"{_size(measured)} left in the hour from {start:%Y-%m-%d %H:%M}"
        yield from _found(seen, asked, f"{left}; {size_in_words(limit or 0)} an hour are declared", tests)


def _copy(seen: Seen, tests: int) -> Iterator[EgressFinding]:
    limit = round(seen.budget.copy_share * seen.budget.weights_bytes)
    asked = _Asked(EgressKind.COPY, seen.other, limit, seen.log_start, seen.log_end)
    because = (
        f"{_size(seen.other)} went to destinations that are not declared, over {_many(seen.other_days, 'day')}: "
        f"{_share(seen, seen.other)} of the size of the weights that lie there"
    )
    yield from _found(seen, asked, because, tests)


def _undeclared(seen: Seen, sent: SentTo, tests: int) -> Iterator[EgressFinding]:
    one, measured = sent.destination, Measured(sent.destination.out_bytes, sent.variance)
    asked = _Asked(EgressKind.UNDECLARED, measured, seen.budget.least_bytes, one.first_at, one.last_at, one.address)
    back = f"; {size_in_words(one.in_bytes)} came back" if seen.has_both_ways else ""
    yield from _found(seen, asked, f"{_sent(sent)} and is not declared{back}", tests)


def _allowed(seen: Seen, sent: SentTo, tests: int) -> Iterator[EgressFinding]:
    """What is worth a look about a destination that may be sent to."""
    one, budget = sent.destination, seen.budget
    measured = Measured(one.out_bytes, sent.variance)
    copy = round(budget.copy_share * budget.weights_bytes)
    few = max(round(_LEAST_SHARE * budget.weights_bytes), budget.least_bytes)
    span = (one.first_at, one.last_at, one.address)
    asked = _Asked(EgressKind.ALLOWED_COPY, measured, copy, *span)
    because = f"{_sent(sent)}: {_share(seen, measured)} of the size of the weights, within what is declared"
    yield from _found(seen, asked, because, tests)
    if one.first_at - seen.log_start >= _SETTLED:
        asked = _Asked(EgressKind.NEW_DESTINATION, measured, few, *span)
        because = f"{_sent(sent)}, first on {one.first_at:%Y-%m-%d}; the log begins on {seen.log_start:%Y-%m-%d}"
        yield from _found(seen, asked, because, tests)
    if seen.has_both_ways and one.in_bytes < _LITTLE_BACK * one.out_bytes:
        asked = _Asked(EgressKind.ONE_WAY, measured, few, *span)
        yield from _found(seen, asked, f"{_sent(sent)} and sent {size_in_words(one.in_bytes)}", tests)


def _found(seen: Seen, asked: _Asked, because: str, tests: int) -> Iterator[EgressFinding]:
    over = is_over(asked.measured, asked.limit_bytes, tests=tests)
    if over is not None:
        yield EgressFinding(
            host=seen.budget.name,
            kind=asked.kind,
            weight=EgressWeight.LOOK if asked.kind in _LOOK else EgressWeight.OVER,
            because=because,
            moved_bytes=round(asked.measured.moved_bytes),
            limit_bytes=asked.limit_bytes,
            share_of_weights=asked.measured.moved_bytes / seen.budget.weights_bytes,
            p_value=over.p_value,
            destination=asked.destination,
            start_at=asked.start_at,
            end_at=asked.end_at,
        )


def _sent(sent: SentTo) -> str:
    one = sent.destination
    return f"{one.address} was sent {_size(Measured(one.out_bytes, sent.variance))} on {_many(one.days, 'day')}"


def _size(measured: Measured) -> str:
    if measured.variance <= 0:
        return size_in_words(measured.moved_bytes)
    return f"{size_in_words(measured.moved_bytes)} (\N{PLUS-MINUS SIGN}{size_in_words(measured.variance**0.5)})"


def _share(seen: Seen, measured: Measured) -> str:
    return f"{measured.moved_bytes / seen.budget.weights_bytes:.0%}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
