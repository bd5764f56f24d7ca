"""Who does which item: the work list of a population, and how it is split over accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.core.errors import InputError
from stillwatch.evaluation.keys import Ints, name_key

if TYPE_CHECKING:
    from stillwatch.evaluation.arrivals import Starts
    from stillwatch.evaluation.corpora import Decks, Source
    from stillwatch.evaluation.scenario import Work


_SETS: Final = 1 << 20
SET_SIZE: Final = 1 << 36
"""Items of one population's own set are numbered from a multiple of this."""


class Recipe(NamedTuple):
    """How the text of an exchange is made."""

    source: str
    stage: str
    length: str


@dataclass(slots=True)
class Recipes:
    """Numbered recipes of a scenario."""

    listed: list[Recipe]

    def number(self, recipe: Recipe) -> int:
        if recipe not in self.listed:
            self.listed.append(recipe)
        return self.listed.index(recipe)


class Items(NamedTuple):
    """Items of several sources in one list."""

    recipe: Ints
    item: Ints

    def take(self, rows: Ints) -> Items:
        return Items(self.recipe[rows], self.item[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What work is dealt from."""

    sources: dict[str, Source]
    recipes: Recipes
    decks: Decks
    seed: int

    def universe(self, work: Work, needed: int, key: int, begin: int = 0) -> Items:
        """The set that a queue, a whole or a fixed draw runs over, in an order of its own.

        The grammar writes every population's set anew, by `key`, and goes on at `begin` where a population is
        planned in blocks; a corpus, and a set of a fixed size, is the same for all.
        """
        recipe: list[Ints] = []
        item: list[Ints] = []
        for spec in work.source:
            source = self.sources[spec]
            size = source.size or work.items or max(needed, 1)
            found = np.random.default_rng([name_key(spec), self.seed, 1]).permutation(size)
            recipe.append(np.full(size, self.recipes.number(Recipe(spec, work.stage, work.length))))
            written = (key % _SETS + 1) * SET_SIZE + (0 if work.items else begin)
            item.append(found + (0 if source.size else written))
        pooled = Items(np.concatenate(recipe), np.concatenate(item))
        if len(work.source) > 1:
            pooled = pooled.take(np.random.default_rng([self.seed, 2]).permutation(len(pooled.item)))
        return pooled.take(np.arange(min(work.items or len(pooled.item), len(pooled.item))))

    def deal(self, specs: tuple[str, ...], work: Work, count: int, rng: np.random.Generator) -> Items:
        """Fresh items of the sources, in proportion to what they hold; a spent corpus gives way to the grammar."""
        share = np.array([self._left(spec) for spec in specs], np.float64)
        counts = rng.multinomial(count, share / share.sum()) if share.sum() else np.zeros(len(specs), np.int64)
        recipe: list[Ints] = []
        item: list[Ints] = []
        for spec, wanted in zip((*specs, "grammar:chat"), (*counts, count), strict=True):
            missing = min(int(wanted), count - sum(map(len, item)))
            dealt = self.decks.deal(spec, self.sources[spec], missing)
            recipe.append(np.full(len(dealt), self.recipes.number(Recipe(spec, work.stage, work.length))))
            item.append(dealt)
        return Items(np.concatenate(recipe), np.concatenate(item)).take(rng.permutation(count))

    def _left(self, spec: str) -> int:
        size = self.sources[spec].size
        return max(size - self.decks.dealt.get(spec, 0), 0) if size else 5000


def assign_items(work: Work, starts: Starts, universe: Items, rng: np.random.Generator) -> Items:
    """An item for every start, as the draw and the sharding say."""
    slots = int(starts.slot.max(initial=0)) + 1
    size = len(universe.item)
    if work.draw == "whole":
        orders = rng.random((slots, size)).argsort(axis=1) if slots * size < 20_000_000 else None
        base = rng.permutation(size)
        offset = rng.integers(0, size, slots)
        order = (
            orders[starts.slot, starts.rank % size]
            if orders is not None
            else base[(starts.rank + offset[starts.slot]) % size]
        )
        return universe.take(order)
    if work.draw == "fixed":
        return universe.take(starts.rank % size)
    if work.draw == "own":
        return universe.take(rng.permutation(size)[np.arange(len(starts.slot)) % size])
    queue = np.tile(np.arange(size), work.samples)
    if work.samples > 1 or work.shard == "random":
        queue = rng.permutation(queue)
    return universe.take(queue[_queue_position(work.shard, starts, slots, rng) % len(queue)])


def assign_groups(spec: str, source: Source, recipe: int, starts: Starts) -> Items:
    """Every account runs the rows of one task of the corpus, in order."""
    slots = int(starts.slot.max(initial=0)) + 1
    if slots > len(source.groups):
        raise InputError(
            f"{slots} accounts share {len(source.groups)} tasks", where=spec, mend="fewer accounts, or group = false"
        )
    sizes = np.array([len(group) for group in source.groups])
    first = np.cumsum(sizes) - sizes
    listed = np.concatenate(source.groups)
    item = listed[first[starts.slot] + starts.rank % sizes[starts.slot]]
    return Items(np.full(len(item), recipe), item)


def _queue_position(shard: str, starts: Starts, slots: int, rng: np.random.Generator) -> Ints:
    count = len(starts.slot)
    if shard == "modulo":
        return starts.slot + starts.rank * slots
    if shard == "sticky":
        return np.arange(count)
    if shard == "stealing":
        position = np.empty(count, np.int64)
        position[np.argsort(starts.at_s, kind="stable")] = np.arange(count)
        return position
    return rng.permutation(count)
