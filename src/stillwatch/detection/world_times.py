"""When the accounts of a world send: waves after bans, hours, days, timetables, and the release of a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.detection.world_people import START, Populated
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS

if TYPE_CHECKING:
    from typing import Self

_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed(Populated):
    """Accounts with traits of time: each method moves what the accounts in focus send, and nobody else's."""

    def in_waves(self, waves: int, *, gap_h: float) -> Self:
        """Let them work in waves: each is banned at its end, and the next begins within the gap after that."""
        random = self._random("waves")
        wave = np.arange(len(self.focus)) * waves // len(self.focus)
        span = self.days * DAY_NS // waves
        begins = START + wave * span + (random.random(len(wave)) * gap_h * HOUR_NS * (wave > 0)).astype(np.int64)
        banned = self.accounts["banned_at"].copy()
        banned[self.focus] = np.where(wave < waves - 1, START + (wave + 1) * span - 1, -1)
        place = np.searchsorted(self.focus, self.exchanges["account_no"])
        mine = self._mine()
        times = self.exchanges["started_at"].copy()
        at = place[mine]
        length = START + (wave[at] + 1) * span - 1 - begins[at]
        times[mine] = begins[at] + ((times[mine] - START) / (self.days * DAY_NS) * length).astype(np.int64)
        firsts = np.unique(at, return_index=True)[1]
        times[np.flatnonzero(mine)[firsts]] = begins[at[firsts]]
        return replace(
            self, exchanges={**self.exchanges, "started_at": times}, accounts={**self.accounts, "banned_at": banned}
        )

    def within_hours(self, first: int, last: int) -> Self:
        """Move what they send between two hours of the day, and leave the day as it is."""
        times = self.exchanges["started_at"]
        days, rest = np.divmod(times - START, DAY_NS)
        moved = START + days * DAY_NS + first * HOUR_NS + rest * (last - first) // _HOURS
        return self._set("started_at", lambda rows: moved[rows])

    def on_the_minute(self, minutes: int) -> Self:
        """Move what they send back to the last of the minutes at which a queue deals out, so many apart."""
        step = minutes * HOUR_NS // 60
        times = START + (self.exchanges["started_at"] - START) // step * step
        return self._set("started_at", lambda mine: times[mine])

    def by_timetable(self, *, times_a_day: int, within_s: float = 60) -> Self:
        """Move what they send to so many times of the day, each account's own, give or take some seconds."""
        random = self._random("timetable")
        clock = random.integers(0, DAY_NS, (len(self.profile), times_a_day))
        times = self.exchanges["started_at"]
        account, rows = self.exchanges["account_no"], len(times)
        own = clock[account, random.integers(0, times_a_day, rows)]
        late = (random.random(rows) * within_s * 10**9).astype(np.int64)
        moved = times - (times - START) % DAY_NS + np.minimum(own + late, DAY_NS - 1)
        return self._set("started_at", lambda mine: moved[mine])

    def within_days(self, first: float, last: float) -> Self:
        """Squeeze what they send between two days of the world, and leave the hour of the day as it is."""
        whole, rest = np.divmod(self.exchanges["started_at"] - START, DAY_NS)
        moved = START + (first + whole * (last - first) / self.days).astype(np.int64) * DAY_NS + rest
        return self._set("started_at", lambda rows: moved[rows])

    def with_release(self, *, day: float, usual_days: float, own_days: float) -> Self:
        """Release a model; everybody takes it up within the usual days, those in focus within their own."""
        within = np.full(len(self.profile), usual_days)
        within[self.focus] = own_days
        released = START + int(day * DAY_NS)
        taken_up = released + (self._random("release").random(len(within)) * within * DAY_NS).astype(np.int64)
        is_new = self.exchanges["started_at"] >= taken_up[self.exchanges["account_no"]]
        return replace(self, exchanges={**self.exchanges, "model_no": is_new.astype(np.int64)})
