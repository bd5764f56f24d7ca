"""Small synthetic worlds: a town of unrelated accounts, and one group in focus, with traits of its own.

>>> world = town().fleet(20, per_day=26).sharing("client_key")
>>> world.suspects().size
20
>>> world.scene().accounts
170

A world is a value: every method gives a new one, and the same calls give the same world. `people` and `fleet` add
accounts and put them in focus; the other methods change the accounts in focus only. Links and signals state their
cases with it. No text and no engine is involved: keys are drawn as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from stillwatch.detection.scene import Scene, Suspects, select, suspects_of
from stillwatch.detection.tallies import Rhythm, tallies
from stillwatch.detection.usual import all_openings, rate_sample
from stillwatch.logs.takings import Takings, no_takings
from stillwatch.logs.window import DAY_NS, HOUR_NS, Events, Facets, Handovers, Ints, Model, Population, Registry, Shares

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = npt.NDArray[np.float64]

START: Final = 1_772_409_600 * 10**9
"""Every world begins on Monday, 2 March 2026, 00:00 UTC."""
POPULAR: Final = 1001
"""The client program and the parameter set that are most popular in every town."""
_HOURS: Final = 24
_BIN_WIDTH: Final = 6 * HOUR_NS
_LEAST_REFERENCE_EXCHANGES: Final = 8
_LARGEST_KEY: Final = 2**62
_PUBLIC_DOMAIN: Final = 7
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
_IDENTITIES: Final = (
    *("organisation", "email_domain", "email_key", "phone_key", "payment_key", "device_key", "signup_address"),
    *("referral_code", "name_key"),
)
_FACETS: Final = {
    "params": "params_key",
    "client": "client_key",
    "address": "address_key",
    "prefix": "prefix_key",
    "org": "org_key",
    "team": "team_key",
}


def _no_rows(names: tuple[str, ...]) -> dict[str, Ints]:
    return {name: np.zeros(0, np.int64) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    days: int = 14
    seed: int = 1
    exchanges: Mapping[str, Ints] = field(default_factory=lambda: _no_rows(_EXCHANGE_COLUMNS))
    """Columns of all exchanges; `is_in_focus` marks those that carry the group's keys."""
    accounts: Mapping[str, Ints] = field(default_factory=lambda: _no_rows(("created_at", "banned_at", *_IDENTITIES)))
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

    # ---- accounts ----

    def people(self, count: int, *, per_day: float = 20, spread: float = 1.0) -> World:
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

    def fleet(self, count: int, *, per_day: float = 26) -> World:
        """Add accounts that one queue is dealt out to at random: one rate, and good and bad hours in common."""
        random = self._random("fleet")
        queue = np.repeat(random.gamma(4.0, 0.25, self.days * 4), 6)
        by_hour = np.tile(per_day / _HOURS * queue, (count, 1))
        return self._add(by_hour, np.ones(count, np.int64), random)

    def _add(self, by_hour: Floats, turns: Ints, random: np.random.Generator) -> World:
        count, before = len(by_hour), len(self.profile)
        drawn = random.poisson(by_hour)
        drawn[np.arange(count), by_hour.argmax(axis=1)] += 2  # nobody is without exchanges
        account, hour = (
            np.repeat(places, drawn.ravel()) for places in np.divmod(np.arange(drawn.size), by_hour.shape[1])
        )
        rows = len(account)
        popular = 1 / np.arange(1, 13)
        own = random.integers(1, _LARGEST_KEY, (3, count))
        names = random.choice(12, (2, count), p=popular / popular.sum()) + POPULAR
        columns = {
            **{name: np.zeros(rows, np.int64) for name in _EXCHANGE_COLUMNS},
            "account_no": account + before,
            "started_at": START + ((hour + random.random(rows)) * HOUR_NS).astype(np.int64),
            "exact_key": random.integers(1, _LARGEST_KEY, rows),
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
        registry = {name: random.integers(1, _LARGEST_KEY, count) for name in _IDENTITIES}
        registry["organisation"] = np.zeros(count, np.int64)
        registry["email_domain"] = np.where(random.random(count) < 0.7, _PUBLIC_DOMAIN, registry["email_domain"])
        registry["created_at"] = first - (random.random(count) * 300 * DAY_NS).astype(np.int64)
        registry["banned_at"] = np.full(count, -1)
        subject = np.clip(0.5 + 0.15 * random.standard_normal((count, 128)), 0.05, 0.95)
        return replace(
            self,
            exchanges=table,
            accounts={name: np.concatenate([self.accounts[name], registry[name]]) for name in self.accounts},
            profile=np.concatenate([self.profile, _sampled(subject, np.bincount(account, minlength=count), random)]),
            focus=np.arange(before, before + count),
        )

    # ---- what the accounts in focus do ----

    def sharing(self, column: str, *, share: float = 1.0, value: int = 77) -> World:
        """Let the first `share` of them show one value of an exchange's column."""
        return self._set(column, lambda _: value, self._some(share))

    def holding(self, identity: str, *, each: int, share: float = 1.0) -> World:
        """Let every `each` of the first `share` of them share one value of the accounts file."""
        values, holders = self.accounts[identity].copy(), self._some(share)
        values[holders] = 10_000 * (1 + len(self.profile)) + np.arange(len(holders)) // each
        return replace(self, accounts={**self.accounts, identity: values})

    def with_public_mail(self) -> World:
        """Let all of them have mail addresses of the provider that most of the town uses."""
        domains = self.accounts["email_domain"].copy()
        domains[self.focus] = _PUBLIC_DOMAIN
        return replace(self, accounts={**self.accounts, "email_domain": domains})

    def opened_within(self, hours: float) -> World:
        """Let all of them be opened in one span, before the world begins."""
        created = self.accounts["created_at"].copy()
        created[self.focus] = (
            START - 20 * DAY_NS + (self._random("opened").random(len(self.focus)) * hours * HOUR_NS).astype(np.int64)
        )
        return replace(self, accounts={**self.accounts, "created_at": created})

    def in_waves(self, waves: int, *, gap_h: float) -> World:
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

    def within_hours(self, first: int, last: int) -> World:
        """Move what they send between two hours of the day, and leave the day as it is."""
        times = self.exchanges["started_at"]
        days, rest = np.divmod(times - START, DAY_NS)
        moved = START + days * DAY_NS + first * HOUR_NS + rest * (last - first) // _HOURS
        return self._set("started_at", lambda rows: moved[rows])

    def serving(self, end_users: int, *, once: bool = False) -> World:
        """Name an end user with each exchange: one of so many, whom any of them may serve, or one never seen again."""
        rows = len(self.exchanges["account_no"])
        drawn = np.arange(rows) if once else self._random("serving").integers(0, end_users, rows)
        return self._set("end_user_identity", lambda mine: drawn[mine] + 5_000_000)

    def by_timetable(self, *, times_a_day: int, within_s: float = 60) -> World:
        """Move what they send to so many times of the day, each account's own, give or take some seconds."""
        random = self._random("timetable")
        clock = random.integers(0, DAY_NS, (len(self.profile), times_a_day))
        times = self.exchanges["started_at"]
        account, rows = self.exchanges["account_no"], len(times)
        own = clock[account, random.integers(0, times_a_day, rows)]
        late = (random.random(rows) * within_s * 10**9).astype(np.int64)
        moved = times - (times - START) % DAY_NS + np.minimum(own + late, DAY_NS - 1)
        return self._set("started_at", lambda mine: moved[mine])

    def within_days(self, first: float, last: float) -> World:
        """Squeeze what they send between two days of the world, and leave the hour of the day as it is."""
        whole, rest = np.divmod(self.exchanges["started_at"] - START, DAY_NS)
        moved = START + (first + whole * (last - first) / self.days).astype(np.int64) * DAY_NS + rest
        return self._set("started_at", lambda rows: moved[rows])

    def asking(self, bit: int, *, share: float) -> World:
        """Give a share of their prompts a bit of the task-role sketch."""
        bits, chosen = (
            self.exchanges["task_bits"],
            self._random(f"asking {bit}").random(len(self.exchanges["task_bits"])) < share,
        )
        return self._set("task_bits", lambda rows: bits[rows] | (chosen[rows].astype(np.int64) << bit))

    def sending(self, prompts: int, *, each_own: bool = False, share: float = 1.0) -> World:
        """Draw a share of their prompts from one list of so many, or from such a list of each account's own."""
        random = self._random("sending")
        rows = len(self.exchanges["exact_key"])
        drawn = random.integers(0, prompts, rows) + 9_000_000
        listed = drawn + (1_000_000 * self.exchanges["account_no"] if each_own else 0)
        keys, chosen = self.exchanges["exact_key"], random.random(rows) < share
        return self._set("exact_key", lambda mine: np.where(chosen[mine], listed[mine], keys[mine]))

    def dealing(self, samples: int) -> World:
        """Let one queue deal out what they send: each prompt goes to so many of them, in order of time."""
        rows = np.flatnonzero(self._mine())
        order = rows[np.argsort(self.exchanges["started_at"][rows], kind="stable")]
        keys = self.exchanges["exact_key"].copy()
        keys[order] = 9_000_000 + np.arange(len(order)) // samples
        return replace(self, exchanges={**self.exchanges, "exact_key": keys})

    def conversing(self, share: float) -> World:
        """Let a share of their exchanges be later turns of a conversation."""
        chosen = self._random("conversing").random(len(self.exchanges["turn"])) < share
        return self._set("turn", lambda rows: np.where(chosen[rows], 3, 1))

    def answered_in(self, tokens: int, *, share: float = 1.0) -> World:
        """Let a share of their replies have about so many tokens."""
        chosen = self._random("answered").random(len(self.exchanges["turn"])) < share
        lengths = self.exchanges["output_tokens"]
        return self._set("output_tokens", lambda rows: np.where(chosen[rows], tokens, lengths[rows]))

    def on_one_subject(self) -> World:
        """Let their prompts be shards of one list: profiles that differ by sampling alone."""
        random = self._random("subject")
        profile = self.profile.copy()
        subject = np.clip(0.5 + 0.15 * random.standard_normal(128), 0.05, 0.95)
        counts = np.bincount(self.exchanges["account_no"], minlength=len(profile))[self.focus]
        profile[self.focus] = _sampled(np.tile(subject, (len(counts), 1)), counts, random)
        return replace(self, profile=profile)

    def worded_alike(self, *, keys: int = 6, share: float = 1.0) -> World:
        """Let a share of what each of them sends carry the keys of one template."""
        random = self._random("worded")
        mine = self._mine()
        carries = mine & (random.random(len(mine)) < share)
        counts = np.bincount(self.exchanges["account_no"][carries], minlength=len(self.profile))[self.focus]
        rows = {
            "kind": np.ones(keys * len(counts), np.int64),
            "key": np.repeat(random.integers(1, _LARGEST_KEY, keys), len(counts)),
            "account": np.tile(self.focus, keys),
            "exchanges": np.tile(counts, keys),
        }
        shares = {name: np.concatenate([self.shares[name], rows[name]]) for name in rows}
        return replace(self._set("is_in_focus", lambda at: carries[at].astype(np.int64)), shares=shares)

    def handing_over(self, times: int, *, after_refusal: bool = True, accounts: int | None = None) -> World:
        """Let conversations go on at another of their (first so many) accounts after a refusal, or after a failure."""
        random = self._random("handing over")
        able = self.focus[: accounts or len(self.focus)]
        pairs = [random.choice(able, 2, replace=False).tolist() for _ in range(times)]
        rows = tuple((left, right, int(after_refusal), int(not after_refusal)) for left, right in pairs)
        return replace(self, handovers=self.handovers + rows)

    def replaying(self, blocks: int) -> World:
        """Let signed reasoning blocks cross from one of them to the next."""
        givers, takers = self.focus, np.roll(self.focus, -1)
        rows = tuple((int(giver), int(taker), blocks) for giver, taker in zip(givers, takers, strict=True))
        return replace(self, replays=self.replays + rows)

    def with_release(self, *, day: float, usual_days: float, own_days: float) -> World:
        """Release a model; everybody takes it up within the usual days, those in focus within their own."""
        within = np.full(len(self.profile), usual_days)
        within[self.focus] = own_days
        released = START + int(day * DAY_NS)
        taken_up = released + (self._random("release").random(len(within)) * within * DAY_NS).astype(np.int64)
        is_new = self.exchanges["started_at"] >= taken_up[self.exchanges["account_no"]]
        return replace(self, exchanges={**self.exchanges, "model_no": is_new.astype(np.int64)})

    def sharing_wording(self, pair_share: float) -> World:
        """Let two accounts drawn at random share some wording in this share of cases."""
        return replace(self, pair_share=pair_share)

    def taking(self, items: int, *, each: int, dealt: bool, in_stretches: bool = False) -> World:
        """Let them send a public set: dealt out among them, or each a choice of its own, at random or one stretch."""
        random = self._random("taking")
        members = len(self.focus)
        if dealt:
            taken = random.permutation(items)[: members * each].reshape(-1, members).T
        elif in_stretches:
            taken = (random.integers(0, items, (members, 1)) + np.arange(each)) % items
        else:
            taken = np.array([random.choice(items, each, replace=False) for _ in range(members)])
        account = np.repeat(self.focus, taken.shape[1])
        rows = np.arange(len(account))
        return replace(
            self, takings=Takings(np.zeros_like(rows), taken.ravel(), account, rows, ("public_questions",), (items,))
        )

    def proposed_by(self, link: str) -> World:
        return replace(self, origin=link)

    def behind_one_balancer(self) -> World:
        """Let the log show no addresses but the load balancer's."""
        return replace(self, ignored_facets=frozenset({"address", "prefix"}))

    # ---- what links and signals look at ----

    def scene(self) -> Scene:
        owner, times = self.exchanges["account_no"], self.exchanges["started_at"]
        count = len(self.profile)
        bins = (times - START) // _BIN_WIDTH
        table = np.zeros((count, int(bins.max()) + 1), np.int64)
        begins = self.exchanges["turn"] <= 1
        np.add.at(table, (owner[begins], bins[begins]), 1)
        active = np.nonzero(table)
        givers, takers, blocks = _columns(self.replays, 3)
        left, right, refused, failed = _columns(self.handovers, 4)
        able = np.flatnonzero(table.sum(axis=1) >= _LEAST_REFERENCE_EXCHANGES)
        modes = {name: _most_shown(owner, self.exchanges[column], count) for name, column in _FACETS.items()}
        binned = Facets(active[0], active[1], table[active])
        return Scene(
            population=self._population(),
            registry=self._registry(),
            modes=modes,
            bins=binned,
            bin_width=_BIN_WIDTH,
            origin=START,
            handovers=Handovers(left, right, refused, failed, np.zeros_like(left)),
            replays=(givers, takers, blocks),
            models=self._models(),
            shares=Shares(
                *(
                    self.shares[name][np.argsort(self.shares["key"], kind="stable")]
                    for name in ("kind", "key", "account", "exchanges")
                )
            ),
            reference=table[able],
            reference_accounts=able,
            seed=self.seed,
            ignored_facets=self.ignored_facets,
            pair_share={"template": self.pair_share},
            rate_sample=rate_sample(self._population(), self.seed),
            openings=all_openings(self._registry()),
            profile=self.profile,
            tallies=tallies(
                population=self._population(),
                registry=self._registry(),
                modes=modes,
                models=self._models(),
                rhythm=Rhythm(binned, START, _BIN_WIDTH),
                profile=self.profile,
            ),
            takings=self.takings,
        )

    def suspects(self) -> Suspects:
        """The accounts in focus, as a group under test."""
        events = self.events()
        return suspects_of(self.focus, select(events, events["is_in_focus"] == 1), self.origin, self.scene())

    def events(self) -> Events:
        """All exchanges in order of time."""
        order = np.argsort(self.exchanges["started_at"], kind="stable")
        columns = {name: values[order] for name, values in self.exchanges.items()}
        names = np.array(["m-1", "m-2"], dtype=object)
        return Events(columns={**columns, "exchange_no": np.arange(len(order))}, models=names)

    def _population(self) -> Population:
        owner, count = self.exchanges["account_no"], len(self.profile)
        times, status = self.exchanges["started_at"], self.exchanges["status_code"]
        first, last = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
        np.minimum.at(first, owner, times)
        np.maximum.at(last, owner, times)

        def total(values: npt.NDArray[Any]) -> Ints:
            return np.bincount(owner, weights=values, minlength=count).astype(np.int64)

        exchanges = total(np.ones(len(owner)))
        served = np.unique(np.stack([owner, self.exchanges["end_user_identity"]]), axis=1)
        return Population(
            exchanges=exchanges,
            first_at=first,
            last_at=last,
            prompts=exchanges,
            single_turns=total(self.exchanges["turn"] <= 1),
            refused=total(np.isin(status, (403, 429))),
            failed=total(status >= 500),
            input_tokens=total(self.exchanges["input_tokens"]),
            output_tokens=total(self.exchanges["output_tokens"]),
            addresses=np.ones(count, np.int64),
            end_users=np.bincount(served[0], minlength=count).astype(np.int64),
            log_output_mean=np.zeros(count),
            prompt_words=total(self.exchanges["prompt_words"]) / exchanges,
        )

    def _registry(self) -> Registry:
        return Registry(
            known=np.ones(len(self.profile), np.bool_),
            created_at=self.accounts["created_at"],
            banned_at=self.accounts["banned_at"],
            keys={name: self.accounts[name] for name in _IDENTITIES},
        )

    def _models(self) -> tuple[Model, ...]:
        events = self.events()
        return tuple(_model(name, events) for name in ("m-1", "m-2") if (events.model == name).any())

    def _random(self, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, len(self.profile), *purpose.encode()])

    def _some(self, share: float) -> Ints:
        return self.focus[: round(share * len(self.focus))]

    def _mine(self) -> npt.NDArray[np.bool_]:
        return np.isin(self.exchanges["account_no"], self.focus)

    def _set(self, column: str, value_of: Any, accounts: Ints | None = None) -> World:
        rows = np.flatnonzero(np.isin(self.exchanges["account_no"], self.focus if accounts is None else accounts))
        values = self.exchanges[column].copy()
        values[rows] = value_of(rows)
        return replace(self, exchanges={**self.exchanges, column: values})


def town(accounts: int = 150, *, days: int = 14, seed: int = 1) -> World:
    """A world of unrelated accounts: what every group is held against."""
    return World(days=days, seed=seed).people(accounts)


def _sampled(subject: Floats, counts: Ints, random: np.random.Generator) -> Floats:
    """Mean bits of so many prompts drawn from each subject, shape (n, 128)."""
    rows = np.maximum(1, counts)[:, None]
    return np.asarray(random.binomial(rows, subject) / rows, np.float64)


def _most_shown(account: Ints, key: Ints, accounts: int) -> Ints:
    """Each account's most frequent value, shape (accounts,); 0 = it has none."""
    rows, counts = np.unique(np.stack([account, key])[:, key != 0], axis=1, return_counts=True)
    order = np.argsort(counts, kind="stable")
    out = np.zeros(accounts, np.int64)
    out[rows[0][order]] = rows[1][order]
    return out


def _columns(rows: tuple[tuple[int, ...], ...], width: int) -> list[Ints]:
    return list(np.array(rows, np.int64).reshape(len(rows), width).T)


def _model(name: str, events: Events) -> Model:
    uses = events.model == name
    accounts, first = np.unique(events["account_no"][uses], return_index=True)  # events are in order of time
    first_at = events["started_at"][uses][first]
    return Model(
        name=name,
        first_at=int(first_at.min()),
        exchanges=int(uses.sum()),
        accounts=len(accounts),
        early_accounts=int((first_at < first_at.min() + DAY_NS).sum()),
    )
