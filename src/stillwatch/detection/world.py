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

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.detection.scene import Scene, Suspects, select, suspects_of
from stillwatch.detection.world_people import LARGEST_KEY, PUBLIC_DOMAIN, START, mean_bits
from stillwatch.detection.world_scene import events_of, scene_of
from stillwatch.detection.world_times import Timed
from stillwatch.logs.takings import Takings
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS, Events

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class World(Timed):
    """A town and a group in focus, with what the group does and what can be seen of it."""

    def sharing(self, column: str, *, share: float = 1.0, value: int = 77) -> Self:
        """Let the first `share` of them show one value of an exchange's column."""
        return self._set(column, lambda _: value, self._some(share))

    def holding(self, identity: str, *, each: int, share: float = 1.0) -> Self:
        """Let every `each` of the first `share` of them share one value of the accounts file."""
        values, holders = self.accounts[identity].copy(), self._some(share)
        values[holders] = 10_000 * (1 + len(self.profile)) + np.arange(len(holders)) // each
        return replace(self, accounts={**self.accounts, identity: values})

    def with_public_mail(self) -> Self:
        """Let all of them have mail addresses of the provider that most of the town uses."""
        domains = self.accounts["email_domain"].copy()
        domains[self.focus] = PUBLIC_DOMAIN
        return replace(self, accounts={**self.accounts, "email_domain": domains})

    def opened_within(self, hours: float) -> Self:
        """Let all of them be opened in one span, before the world begins."""
        created = self.accounts["created_at"].copy()
        created[self.focus] = (
            START - 20 * DAY_NS + (self._random("opened").random(len(self.focus)) * hours * HOUR_NS).astype(np.int64)
        )
        return replace(self, accounts={**self.accounts, "created_at": created})

    def serving(self, end_users: int, *, once: bool = False) -> Self:
        """Name an end user with each exchange: one of so many, whom any of them may serve, or one never seen again."""
        rows = len(self.exchanges["account_no"])
        drawn = np.arange(rows) if once else self._random("serving").integers(0, end_users, rows)
        return self._set("end_user_identity", lambda mine: drawn[mine] + 5_000_000)

    def asking(self, bit: int, *, share: float) -> Self:
        """Give a share of their prompts a bit of the task-role sketch."""
        bits, chosen = (
            self.exchanges["task_bits"],
            self._random(f"asking {bit}").random(len(self.exchanges["task_bits"])) < share,
        )
        return self._set("task_bits", lambda rows: bits[rows] | (chosen[rows].astype(np.int64) << bit))

    def sending(self, prompts: int, *, each_own: bool = False, share: float = 1.0) -> Self:
        """Draw a share of their prompts from one list of so many, or from such a list of each account's own."""
        random = self._random("sending")
        rows = len(self.exchanges["exact_key"])
        drawn = random.integers(0, prompts, rows) + 9_000_000
        listed = drawn + (1_000_000 * self.exchanges["account_no"] if each_own else 0)
        keys, chosen = self.exchanges["exact_key"], random.random(rows) < share
        return self._set("exact_key", lambda mine: np.where(chosen[mine], listed[mine], keys[mine]))

    def dealing(self, samples: int) -> Self:
        """Let one queue deal out what they send: each prompt goes to so many of them, in order of time."""
        rows = np.flatnonzero(self._mine())
        order = rows[np.argsort(self.exchanges["started_at"][rows], kind="stable")]
        keys = self.exchanges["exact_key"].copy()
        keys[order] = 9_000_000 + np.arange(len(order)) // samples
        return replace(self, exchanges={**self.exchanges, "exact_key": keys})

    def conversing(self, share: float) -> Self:
        """Let a share of their exchanges be later turns of a conversation."""
        chosen = self._random("conversing").random(len(self.exchanges["turn"])) < share
        return self._set("turn", lambda rows: np.where(chosen[rows], 3, 1))

    def answered_in(self, tokens: int, *, share: float = 1.0) -> Self:
        """Let a share of their replies have about so many tokens."""
        chosen = self._random("answered").random(len(self.exchanges["turn"])) < share
        lengths = self.exchanges["output_tokens"]
        return self._set("output_tokens", lambda rows: np.where(chosen[rows], tokens, lengths[rows]))

    def on_one_subject(self) -> Self:
        """Let their prompts be shards of one list: profiles that differ by sampling alone."""
        random = self._random("subject")
        profile = self.profile.copy()
        subject = np.clip(0.5 + 0.15 * random.standard_normal(128), 0.05, 0.95)
        counts = np.bincount(self.exchanges["account_no"], minlength=len(profile))[self.focus]
        profile[self.focus] = mean_bits(np.tile(subject, (len(counts), 1)), counts, random)
        return replace(self, profile=profile)

    def worded_alike(self, *, keys: int = 6, share: float = 1.0) -> Self:
        """Let a share of what each of them sends carry the keys of one template."""
        random = self._random("worded")
        mine = self._mine()
        carries = mine & (random.random(len(mine)) < share)
        counts = np.bincount(self.exchanges["account_no"][carries], minlength=len(self.profile))[self.focus]
        rows = {
            "kind": np.ones(keys * len(counts), np.int64),
            "key": np.repeat(random.integers(1, LARGEST_KEY, keys), len(counts)),
            "account": np.tile(self.focus, keys),
            "exchanges": np.tile(counts, keys),
        }
        shares = {name: np.concatenate([self.shares[name], rows[name]]) for name in rows}
        return replace(self._set("is_in_focus", lambda at: carries[at].astype(np.int64)), shares=shares)

    def handing_over(self, times: int, *, after_refusal: bool = True, accounts: int | None = None) -> Self:
        """Let conversations go on at another of their (first so many) accounts after a refusal, or after a failure."""
        random = self._random("handing over")
        able = self.focus[: accounts or len(self.focus)]
        pairs = [random.choice(able, 2, replace=False).tolist() for _ in range(times)]
        rows = tuple((left, right, int(after_refusal), int(not after_refusal)) for left, right in pairs)
        return replace(self, handovers=self.handovers + rows)

    def replaying(self, blocks: int) -> Self:
        """Let signed reasoning blocks cross from one of them to the next."""
        givers, takers = self.focus, np.roll(self.focus, -1)
        rows = tuple((int(giver), int(taker), blocks) for giver, taker in zip(givers, takers, strict=True))
        return replace(self, replays=self.replays + rows)

    def sharing_wording(self, pair_share: float) -> Self:
        """Let two accounts drawn at random share some wording in this share of cases."""
        return replace(self, pair_share=pair_share)

    def taking(self, items: int, *, each: int, dealt: bool, in_stretches: bool = False) -> Self:
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

    def proposed_by(self, link: str) -> Self:
        return replace(self, origin=link)

    def behind_one_balancer(self) -> Self:
        """Let the log show no addresses but the load balancer's."""
        return replace(self, ignored_facets=frozenset({"address", "prefix"}))

    def scene(self) -> Scene:
        """The world as links and signals look at it."""
        return scene_of(self)

    def suspects(self) -> Suspects:
        """The accounts in focus, as a group under test."""
        events = self.events()
        return suspects_of(self.focus, select(events, events["is_in_focus"] == 1), self.origin, self.scene())

    def events(self) -> Events:
        """All exchanges in order of time."""
        return events_of(self)


def town(accounts: int = 150, *, days: int = 14, seed: int = 1) -> World:
    """A world of unrelated accounts: what every group is held against."""
    return World(days=days, seed=seed).people(accounts)
