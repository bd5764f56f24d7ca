"""Plan one population: from its declared axes to rows. Campaigns, twins and honest users all pass through here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.evaluation.arrivals import DAY_S, Starts, Traces, draw_starts, slot_counts, slot_windows
from stillwatch.evaluation.clients import ALL_USER_AGENTS, SANITISED, draw_clients, draw_params
from stillwatch.evaluation.fate import (
    Tenure,
    ask_probes,
    carry_on,
    concat_tenures,
    draw_tenure,
    meet_errors,
    refuse_barred,
    retried_share,
)
from stillwatch.evaluation.keys import Floats, Ints, Keys, below, mix, name_key, uniform
from stillwatch.evaluation.loads import Loads, loads_of
from stillwatch.evaluation.rows import Rows
from stillwatch.evaluation.templates import Sheet, Templates, pick_wrapper
from stillwatch.evaluation.work import Desk, Items, Recipe, assign_groups, assign_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stillwatch.evaluation.accounts import AccountBook
    from stillwatch.evaluation.networks import Networks
    from stillwatch.evaluation.scenario import Population, Scenario, Work


PROBES: Final = "grammar:probe"
_BLOCK_EXCHANGES: Final = 500_000


class Planned(NamedTuple):
    """What later populations may refer to."""

    population: Population
    sheet: Sheet
    universe: Items | None
    """That of the first block."""
    tenure: Tenure
    loads: Loads | None = None
    """Where another population is to match them."""


class _Block(NamedTuple):
    """Some accounts of a population, planned at a time so that memory does not grow with the log."""

    number: int
    """Of the population in its scenario."""
    begin: int
    """First slot."""
    seeds: tuple[int, ...]
    """Beyond the seed of the population: none where it is planned in one piece."""


class _Dealt(NamedTuple):
    """How far the blocks before have come."""

    conversations: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    scenario: Scenario
    seed: int
    desk: Desk
    templates: Templates
    networks: Networks
    traces: Traces
    book: AccountBook
    planned: dict[str, Planned] = field(default_factory=dict)
    bans: list[tuple[Ints, Floats]] = field(default_factory=list)
    """Accounts and the second of their ban, infinity = never."""

    def plan(self, number: int) -> Iterator[Rows]:
        """Rows of the scenario's population of that number, block by block, in no particular order within one."""
        whole = self._resolved(self.scenario.population[number])
        sheet = self._sheet(whole)
        dealt = _Dealt(0, 0)
        universes: list[Items | None] = []
        tenures: list[Tenure] = []
        windows: list[tuple[Floats, Floats]] = []
        kept: list[Rows] = []
        is_matched = whole.name in {one.match_of for one in self.scenario.population}
        for block, population in _blocks(number, whole, self.scenario.days):
            rng = np.random.default_rng([self.seed, name_key(population.name), *block.seeds])
            window, starts, universe = self._starts(population, dealt.items, rng)
            items = self._items(population.work, starts, universe, rng)
            turned = _turns(population.work, items, self.desk, starts, rng)
            tenure = self._tenure(block, population, window, rng)
            universes.append(universe if not universes else None)
            tenures.append(tenure)
            windows.append(window)
            self.planned[whole.name] = Planned(whole, sheet, universes[0], tenure)
            rows, slot = self._rows(
                block, population, sheet, turned._replace(conversation=turned.conversation + dealt.conversations)
            )
            rows = replace(rows, account=tenure.holder(slot, rows.at_s))
            rows, slot = refuse_barred(rows, slot, tenure)
            rows = meet_errors(rows, population.fate, self.scenario.incidents, rng)
            rows, slot = carry_on(rows, slot, tenure, population.fate, rng)
            if population.fate.probes:
                rows, slot = ask_probes(rows, slot, tenure, *self._probes(population), rng)
            rows = rows.take(np.flatnonzero((rows.at_s >= 0) & (rows.at_s < self.scenario.days * DAY_S)))
            if is_matched:
                kept.append(rows)
            yield self._outfit(population, rows)
            dealt = _Dealt(
                dealt.conversations + len(starts.slot), dealt.items + (len(universe.item) if universe else 0)
            )
        everyone = concat_tenures(tenures)
        starts_s, ends_s = (np.concatenate([window[edge] for window in windows]) for edge in (0, 1))
        loads = loads_of(kept, everyone, (starts_s, ends_s), self.scenario.days) if is_matched else None
        self.planned[whole.name] = Planned(whole, sheet, universes[0], everyone, loads)

    def _probes(self, population: Population) -> Items:
        work = replace(population.work, source=(PROBES,), stage="probe", items=population.fate.probes, length="short")
        return self.desk.universe(work, work.items, name_key(population.name, self.seed))

    def _resolved(self, population: Population) -> Population:
        if population.match_of:
            population = self._matching(population)
        work = population.work
        if work.prompts_of:
            other = self.planned[work.prompts_of].population.work
            work = replace(
                work, source=other.source, stage=other.stage, template=other.template, form=other.form,
                system=other.system, length=other.length, turns=other.turns, turns_max=other.turns_max,
            )  # fmt: skip
        if population.pivot == "only":
            released = max((model.released_day for model in self.scenario.models), default=-1.0)
            if released > 0:
                population = replace(population, pace=replace(population.pace, start_day=released))
        if population.pool_of:
            population = replace(population, accounts=len(self.planned[population.pool_of].tenure.account))
        return replace(population, work=work)

    def _matching(self, population: Population) -> Population:
        """All that prompts, lengths and volume could tell it by; who it is and how it shares its work stay its own."""
        other = self.planned[population.match_of]
        cover = other.population.work
        work = replace(
            population.work, prompts_of=population.match_of, think_s=cover.think_s,
            cover_share=cover.cover_share, cover_source=cover.cover_source,
        )  # fmt: skip
        accounts = population.accounts
        if population.match_share:
            accounts = max(2, round(population.match_share * len(other.tenure.account)))
        return replace(population, work=work, pace=other.population.pace, accounts=accounts)

    def _starts(
        self, population: Population, begin: int, rng: np.random.Generator
    ) -> tuple[tuple[Floats, Floats], Starts, Items | None]:
        pace, work, slots = population.pace, population.work, population.accounts
        loads = self.planned[population.match_of].loads if population.match_of else None
        if loads is None:
            window = slot_windows(pace, slots, self.scenario.days, rng)
            counts = slot_counts(pace, window[1] - window[0], work.turns, rng)
        else:
            window, counts = loads.drawn(slots, retried_share(population.fate), rng)
        universe = None
        if work.draw != "own" or work.prompts_of:
            universe = self._universe(population, begin, -(-int(counts.sum()) // work.samples))
        if work.draw == "whole" and universe is not None and loads is None:
            low, high = work.portion
            share = low + (high - low) * rng.random(slots)
            counts = np.maximum(share * len(universe.item) * work.samples, 1).astype(np.int64)
        return window, draw_starts(pace, counts, window, self.traces, rng), universe

    def _universe(self, population: Population, begin: int, needed: int) -> Items:
        work, key = population.work, name_key(population.name, self.seed)
        if not work.prompts_of:
            return self.desk.universe(work, needed, key, begin)
        found = self.planned[work.prompts_of].universe
        if found is None:
            return self.desk.universe(replace(work, items=0), needed, key, begin)
        return found.take(np.arange(min(work.items or len(found.item), len(found.item))))

    def _sheet(self, population: Population) -> Sheet:
        if population.work.prompts_of:
            return self.planned[population.work.prompts_of].sheet
        sheet = self.templates.make_sheet(population.work, name_key(population.name, self.seed), population.accounts)
        if population.work.fixed_of:
            other = self.planned[population.work.fixed_of].sheet
            sheet = sheet._replace(system=other.system, systems=other.systems)
        return sheet

    def _items(self, work: Work, starts: Starts, universe: Items | None, rng: np.random.Generator) -> Items:
        if work.group:
            recipe = self.desk.recipes.number(Recipe(work.source[0], work.stage, work.length))
            return assign_groups(work.source[0], self.desk.sources[work.source[0]], recipe, starts)
        count = len(starts.slot)
        items = (
            self.desk.deal(work.source, work, count, rng)
            if universe is None
            else assign_items(work, starts, universe, rng)
        )
        covered = np.flatnonzero(rng.random(count) < work.cover_share)
        if len(covered) == 0:
            return items
        dealt = self.desk.deal(work.cover_source, replace(work, stage="plain", length="prose"), len(covered), rng)
        recipes, numbers = items.recipe.copy(), items.item.copy()
        recipes[covered], numbers[covered] = -1 - dealt.recipe, dealt.item
        return Items(recipes, numbers)

    def _tenure(
        self, block: _Block, population: Population, window: tuple[Floats, Floats], rng: np.random.Generator
    ) -> Tenure:
        slots = np.arange(block.begin, block.begin + population.accounts)
        if population.pool_of:
            return self.planned[population.pool_of].tenure.take(slots)
        account = self.book.open_accounts(block.number, slots)
        tenure = draw_tenure(
            population.fate,
            account,
            window,
            lambda count: self.book.open_accounts(block.number, np.arange(count), is_successor=True),
            rng,
        )
        self.bans.append((account, tenure.banned_s))
        return tenure

    def _rows(self, block: _Block, population: Population, sheet: Sheet, turned: _Turned) -> tuple[Rows, Ints]:
        key = name_key(population.name, self.seed)
        conversation = mix(key, turned.conversation)
        is_cover = turned.recipe < 0
        slot = block.begin + turned.slot
        wrapper, system = pick_wrapper(sheet, conversation, _account_number(sheet, slot, mix(key, slot, 3)))
        users = population.caller.end_users
        end_user = (
            (users * uniform(mix(conversation, 4)) ** 2).astype(np.int32)
            if users
            else np.full(len(is_cover), -1, np.int32)
        )
        count = len(is_cover)
        rows = Rows(
            at_s=turned.at_s,
            account=np.zeros(count, np.int32),
            population=np.full(count, block.number, np.int16),
            operator=mix(
                name_key(population.continues or population.name, self.seed),
                5,
                slot if population.operator == "each" else np.zeros(count, np.int64),
            ),
            recipe=np.where(is_cover, -1 - turned.recipe, turned.recipe).astype(np.int16),
            item=turned.item,
            conversation=conversation,
            turn=turned.turn,
            wrapper=np.where(is_cover, 0, wrapper).astype(np.int32),
            system=np.where(is_cover, 0, system).astype(np.int32),
            status=np.full(count, 200, np.int16),
            client=np.zeros(count, np.int16),
            params=np.zeros(count, np.int16),
            model=np.zeros(count, np.int8),
            address=np.zeros(count, np.uint32),
            end_user=end_user,
            is_cover=is_cover,
        )
        return rows, turned.slot

    def _outfit(self, population: Population, rows: Rows) -> Rows:
        """Client, parameters, model and address: functions of the account, or of the population where it shares."""
        account = self.book.keys_of(rows.account)
        shared = np.broadcast_to(mix(name_key(population.name, self.seed), 6), account.shape)
        caller = population.caller
        seat = below(mix(rows.conversation, 13), caller.clients)
        client = (
            np.full(len(rows), ALL_USER_AGENTS.index(SANITISED))
            if caller.client == "sanitised"
            else draw_clients(caller.clients_kind, mix(shared if caller.client == "one" else account, 7, seat))
        )
        params = draw_params(population.work.length, mix(shared if caller.params == "one" else account, 8))
        return replace(
            rows,
            client=client.astype(np.int16),
            params=params.astype(np.int16),
            model=self._models(population, rows, account, shared),
            address=self._addresses(population, rows, account, shared),
        )

    def _models(self, population: Population, rows: Rows, account: Keys, shared: Keys) -> NDArray[np.int8]:
        models = self.scenario.models
        weight = np.array([model.popularity * (model.released_day < 0) for model in models])
        chance = uniform(mix(shared if population.operator == "one" else account, 9))
        chosen = np.searchsorted(np.cumsum(weight) / weight.sum(), chance, side="right")
        for number, model in enumerate(models):
            if model.released_day < 0 or population.pivot == "never":
                continue
            days = {
                "slow": -9.0 * np.log(1 - uniform(mix(account, 10, number))),
                "fast": uniform(mix(account, 10, number)),
            }
            moved_s = (model.released_day + days.get(population.pivot, np.zeros(1))) * DAY_S
            chosen = np.where(rows.at_s >= moved_s, number, chosen)
        return chosen.astype(np.int8)

    def _addresses(self, population: Population, rows: Rows, account: Keys, shared: Keys) -> NDArray[np.uint32]:
        place = population.place
        owner = {"unique": account, "one": shared, "few": mix(shared, below(account, 4))}[place.sharing]
        hours = 6 if place.addresses < 10 else 1
        turn = below(mix(account, (rows.at_s // (3600 * hours)).astype(np.int64)), place.addresses)
        keys = mix(owner, 2) if place.addresses == 1 else mix(owner, 2, turn)
        home = self.networks.address(place.network, keys)
        elsewhere = uniform(mix(account, 12)) < place.datacentre_share
        if not elsewhere.any():
            return home
        return np.where(elsewhere, self.networks.address("datacentre", keys), home)


def _blocks(number: int, population: Population, days: float) -> Iterator[tuple[_Block, Population]]:
    """Cut a population whose plan would not fit in memory; what refers to all of its accounts at once stays whole."""
    pace, work = population.pace, population.work
    expected = population.accounts * pace.per_day * min(days, pace.end_day - pace.start_day)
    pieces = min(-(-int(expected) // _BLOCK_EXCHANGES), population.accounts)
    if pieces <= 1 or work.group or work.draw == "whole" or pace.succession:
        yield _Block(number, 0, ()), population
        return
    edges = np.linspace(0, population.accounts, pieces + 1).astype(int).tolist()
    for piece, (begin, end) in enumerate(pairwise(edges)):
        yield _Block(number, begin, (piece,)), replace(population, accounts=end - begin)


class _Turned(NamedTuple):
    """Conversations spread into their turns; cover is marked by a recipe of -1 - recipe."""

    slot: Ints
    at_s: Floats
    recipe: Ints
    item: Ints
    conversation: Ints
    turn: NDArray[np.int16]


def _turns(work: Work, items: Items, desk: Desk, starts: Starts, rng: np.random.Generator) -> _Turned:
    count = len(starts.slot)
    number = np.empty(count, np.int64)
    number[np.argsort(starts.at_s, kind="stable")] = np.arange(count)
    length = _lengths(work, items, desk, rng)
    origin = np.repeat(np.arange(count), length)
    turn = np.arange(len(origin)) - np.repeat(np.cumsum(length) - length, length)
    pause = np.where(turn > 0, work.think_s * rng.lognormal(0, 0.8, len(origin)) + 2.0, 0.0)
    waited = np.cumsum(pause)
    first = (np.cumsum(length) - length)[origin]
    at_s = starts.at_s[origin] + waited - (waited - pause)[first] if len(origin) else starts.at_s
    return _Turned(
        starts.slot[origin], at_s, items.recipe[origin], items.item[origin], number[origin], (turn + 1).astype(np.int16)
    )


def _lengths(work: Work, items: Items, desk: Desk, rng: np.random.Generator) -> Ints:
    count = len(items.item)
    length = np.ones(count, np.int64)
    if work.turns > 1:
        length = np.minimum(rng.geometric(1 / work.turns, count), work.turns_max)
    for number, recipe in enumerate(desk.recipes.listed):
        fixed = desk.sources[recipe.source].turns
        rows = items.recipe == number
        if fixed is not None:
            length[rows] = fixed[items.item[rows]]
    length[items.recipe < 0] = 1
    return length


def _account_number(sheet: Sheet, slot: Ints, keys: Keys) -> Keys:
    """Slots number themselves where each has a sheet of its own; otherwise a key chooses."""
    return slot.astype(np.uint64) if sheet.by_account else keys
