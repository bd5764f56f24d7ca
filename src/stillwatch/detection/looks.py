"""Looking again and again at a log that grows: when a look is due, and how sure it must be to tell of a campaign.

is_due(Look(at=eight, exchanges=9_000), Look(at=nine, exchanges=9_600), growth=0.05)     # True: grown by a fifteenth
told_level(0.01, exchanges=9_600)                                                        # 0.00024

A scan of one log lists campaigns at its false-discovery rate. Scans of one log every few minutes are many chances to be
wrong, so the rate is spent over the life of the log (alpha spending, Lan and DeMets 1983), whatever the number of
looks: every doubling of the log, counted from the fewest exchanges that any campaign has, gets a part of it,
1/2, 1/6, 1/12, ... 1/((d + 1)(d + 2)), which sum to one. A campaign is told for the first time when its q-value is
within what its doubling has; one that was told before is told again at the whole rate, as it is not a new claim.

Null model: in each doubling, a look's list keeps the rate that it is asked for. Union over doublings holds whatever
their dependence. Assumption: looks of one doubling count as one. They share at least half of their exchanges, and the
q-values of the list are conservative (every group is tested by many links, each corrected for all); for a statistic
that moves like a random walk the best of all looks within a doubling would reach a level of 1e-4 about five times as
often as one look does (Siegmund 1985, chapter 4), so the claim is checked on replays of benign logs and not by
the sum alone.

Looks follow growth rather than the clock: the k-th look costs what the log then holds, so that all looks together cost
a small multiple of the last one, and a campaign that is as old as the log is seen at most that much growth too late. In
between nothing is scanned; a young campaign in an old log waits for `LONGEST` at most.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.detection.group_tests import LEAST_EXCHANGES

if TYPE_CHECKING:
    from datetime import datetime

LONGEST: Final = timedelta(hours=6)


class Look(NamedTuple):
    """A moment to look at, and how many exchanges the log holds then."""

    at: datetime
    exchanges: int


def is_due(last: Look | None, now: Look, growth: float) -> bool:
    """Whether there is enough new since the last look: a share of what it saw, or anything at all after `LONGEST`."""
    if last is None or now.exchanges < last.exchanges:
        return True
    is_late = now.exchanges > last.exchanges and now.at - last.at >= LONGEST
    return is_late or now.exchanges >= (1 + growth) * last.exchanges


def told_level(fdr: float, exchanges: int) -> float:
    """The largest q-value at which a look at so many exchanges tells of a campaign that was not told before."""
    doublings = max(1, exchanges // LEAST_EXCHANGES).bit_length() - 1
    return fdr / ((doublings + 1) * (doublings + 2))
