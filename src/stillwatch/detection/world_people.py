"""The accounts of a small synthetic world, and what they send: unrelated people, and fleets that one queue feeds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from stillwatch.logs.takings import Takings, no_takings
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS, Ints

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

Floats = npt.NDArray[np.float64]

START: Final = 1_772_409_600 * 10**9
"""Every world begins on Monday, 2 March 2026, 00:00 UTC."""
POPULAR: Final = 1001
"""The client program and the parameter set that are most popular in every town."""
LARGEST_KEY: Final = 2**62
PUBLIC_DOMAIN: Final = 7
"""The mail provider that most of the town uses."""
IDENTITIES: Final = (
    *("organisation", "email_domain", "email_key", "phone_key", "payment_key", "device_key", "signup_address"),
    *("referral_code", "name_key"),
)
_HOURS: Final = 24
_EXCHANGE_COLUMNS: Final = (
    *(
        "account_no",
        "started_at",
        "exact_key",
        "params_key",
        "client_key",
        "address_key",
        "prefix_key",
        "org_key",
        "team_key",
    ),
    *(
        "system_key",
        "skeleton_key",
        "status_code",
        "turn",
        "max_tokens",
        "choices",
        "logprobs",
        "task_bits",
        "prompt_words",
    ),
    *("end_user_identity", "input_tokens", "output_tokens", "is_in_focus", "model_no"),
)


def _no_rows(names: tuple[str, ...]) -> dict[str, Ints]:
    return {name: np.zeros(0, np.int64) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Populated:
    """Accounts and their exchanges as columns; a value, like every world."""

    days: int = 14
    seed: int = 1
    exchanges: Mapping[str, Ints] = field(default_factory=lambda: _no_rows(_EXCHANGE_COLUMNS))
    """Columns of all exchanges; `is_in_focus` marks those that carry the group's keys."""
    accounts: Mapping[str, Ints] = field(default_factory=lambda: _no_rows(("created_at", "banned_at", *IDENTITIES)))
    profile: Floats = field(default_factory=lambda: np.zeros((0, 128)))
    handovers: tuple[tuple[int, int, int, int], ...] = ()
    """From account, to account, after refusals, after failures."""
    replays: tuple[tuple[int, int, int], ...] = ()
    """Giver, taker, blocks."""
    shares: Mapping[str, Ints] = field(default_factory=lambda: _no_rows(("kind", "key", "account", "exchanges")))
    pair_share: float = 0.002
    ignored_facets: frozenset[str] = frozenset()
    origin: str = ""
    """Name of the link that proposed the group."""
    focus: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    takings: Takings = field(default_factory=no_takings)

    def people(self, count: int, *, per_day: float = 20, spread: float = 1.0) -> Self:
        """Add unrelated accounts, each with a volume, days, hours and bursts of its own; `spread` in natural logs."""
        random = self._random("people")
        rates = per_day * np.exp(spread * random.standard_normal(count) - spread**2 / 2)
        days = random.gamma(1.0, 1.0, (count, self.days))
        hours = 1 + 0.95 * np.cos((np.arange(_HOURS) - random.integers(0, _HOURS, (count, 1))) * 2 * np.pi / _HOURS)
        by_hour = (rates[:, None, None] / _HOURS) * days[:, :, None] * hours[:, None, :]
        flat = by_hour.reshape(count, -1)
        begins = np.where(random.random(count) < 0.5, 0, random.random(count) * flat.shape[1] * 0.7)
        flat[np.arange(flat.shape[1])[None, :] < begins[:, None]] = 0
        turns = random.geometric(0.6, size=count)
        return self._add(flat, turns, random)

    def fleet(self, count: int, *, per_day: float = 26) -> Self:
        """Add accounts that one queue is dealt out to at random: one rate, and good and bad hours in common."""
        random = self._random("fleet")
        queue = np.repeat(random.gamma(4.0, 0.25, self.days * 4), 6)
        by_hour = np.tile(per_day / _HOURS * queue, (count, 1))
        return self._add(by_hour, np.ones(count, np.int64), random)

    def _add(self, by_hour: Floats, turns: Ints, random: np.random.Generator) -> Self:
        count, before = len(by_hour), len(self.profile)
        drawn = random.poisson(by_hour)
        drawn[np.arange(count), by_hour.argmax(axis=1)] += 2  # nobody is without exchanges
        account, hour = (
            np.repeat(places, drawn.ravel()) for places in np.divmod(np.arange(drawn.size), by_hour.shape[1])
        )
        rows = len(account)
        popular = 1 / np.arange(1, 13)
        own = random.integers(1, LARGEST_KEY, (3, count))
        names = random.choice(12, (2, count), p=popular / popular.sum()) + POPULAR
        columns = {
            **{name: np.zeros(rows, np.int64) for name in _EXCHANGE_COLUMNS},
            "account_no": account + before,
            "started_at": START + ((hour + random.random(rows)) * HOUR_NS).astype(np.int64),
            "exact_key": random.integers(1, LARGEST_KEY, rows),
            "params_key": names[0][account],
            "client_key": names[1][account],
            "address_key": own[0][account],
            "prefix_key": own[1][account],
            "status_code": np.where(random.random(rows) < 0.02, 429, 200),
            "turn": random.integers(1, turns[account] + 1),
            "choices": np.ones(rows, np.int64),
            "prompt_words": random.integers(8, 120, rows),
            "input_tokens": random.integers(20, 200, rows),
            "output_tokens": np.exp(random.normal(5.5, 0.8, rows)).astype(np.int64),
            "is_in_focus": np.ones(rows, np.int64),
        }
        table = {
            name: np.concatenate([self.exchanges[name], columns[name].astype(np.int64)]) for name in _EXCHANGE_COLUMNS
        }
        first = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(first, account, columns["started_at"])
        registry = {name: random.integers(1, LARGEST_KEY, count) for name in IDENTITIES}
        registry["organisation"] = np.zeros(count, np.int64)
        registry["email_domain"] = np.where(random.random(count) < 0.7, PUBLIC_DOMAIN, registry["email_domain"])
        registry["created_at"] = first - (random.random(count) * 300 * DAY_NS).astype(np.int64)
        registry["banned_at"] = np.full(count, -1)
        subject = np.clip(0.5 + 0.15 * random.standard_normal((count, 128)), 0.05, 0.95)
        return replace(
            self,
            exchanges=table,
            accounts={name: np.concatenate([self.accounts[name], registry[name]]) for name in self.accounts},
            profile=np.concatenate([self.profile, mean_bits(subject, np.bincount(account, minlength=count), random)]),
            focus=np.arange(before, before + count),
        )

    def _random(self, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, len(self.profile), *purpose.encode()])

    def _some(self, share: float) -> Ints:
        return self.focus[: round(share * len(self.focus))]

    def _mine(self) -> npt.NDArray[np.bool_]:
        return np.isin(self.exchanges["account_no"], self.focus)

    def _set(self, column: str, value_of: Any, accounts: Ints | None = None) -> Self:
        rows = np.flatnonzero(np.isin(self.exchanges["account_no"], self.focus if accounts is None else accounts))
        values = self.exchanges[column].copy()
        values[rows] = value_of(rows)
        return replace(self, exchanges={**self.exchanges, column: values})


def mean_bits(subject: Floats, counts: Ints, random: np.random.Generator) -> Floats:
    """Mean bits of so many prompts drawn from each subject, shape (n, 128)."""
    rows = np.maximum(1, counts)[:, None]
    return np.asarray(random.binomial(rows, subject) / rows, np.float64)
