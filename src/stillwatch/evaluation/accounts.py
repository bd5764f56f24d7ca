"""The accounts table: what a provider knows about who signed up, by one generator for every label.

An attribute is a function of the account's key, or of its population's key where the population shares it; a share of
the values is missing everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evaluation.arrivals import DAY_S
from stillwatch.evaluation.keys import Floats, Ints, Keys, below, hex_text, indices, mix, name_key, uniform
from stillwatch.evaluation.networks import Networks, address_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.evaluation.scenario import Population, Scenario

_POPULAR_MAIL: Final = (
    "mailpost.example",
    "inbox.example",
    "letterbox.example",
    "quickmail.example",
    "webmail.example",
)
_DISPOSABLE_MAIL: Final = ("tenminutes.example", "burnmail.example", "onceonly.example", "dropbox-mail.example")
_FIRST: Final = (
    "Amber",
    "Birch",
    "Cobalt",
    "Dapper",
    "Ember",
    "Fern",
    "Granite",
    "Heron",
    "Juniper",
    "Kestrel",
    "Larch",
)
_SECOND: Final = (
    "Works",
    "Field",
    "Harbour",
    "Studio",
    "Supply",
    "Press",
    "Clinic",
    "Travel",
    "Foods",
    "Motors",
    "Gardens",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    population: int
    slot: Ints
    is_successor: bool


@dataclass(slots=True)
class AccountBook:
    """Accounts opened so far, in blocks; numbers are handed out in order and never shown."""

    seed: int
    blocks: list[_Block] = field(default_factory=list)
    opened: int = 0

    def open_accounts(self, population: int, slot: Ints, *, is_successor: bool = False) -> Ints:
        self.blocks.append(_Block(population=population, slot=slot, is_successor=is_successor))
        self.opened += len(slot)
        return np.arange(self.opened - len(slot), self.opened)

    def keys(self) -> Keys:
        return self.keys_of(np.arange(self.opened))

    def keys_of(self, accounts: NDArray[np.generic]) -> Keys:
        return mix(name_key("account", self.seed), accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """What the log itself says about each account."""

    first_s: Floats
    """First request, seconds after the start; infinity = none."""
    banned_s: Floats
    """Infinity = never."""


def account_ids(book: AccountBook) -> pa.Array:
    return hex_text([book.keys()])


def make_accounts(book: AccountBook, scenario: Scenario, lives: Lives, networks: Networks) -> pa.Table:
    """All accounts with traffic, in the order of their opaque ids."""
    ids = account_ids(book)
    blocks, begin = [], 0
    for block in book.blocks:
        rows = np.arange(begin, begin + len(block.slot))
        begin += len(rows)
        blocks.append(_make_block(block, rows, lives, _Office(book, scenario, networks)))
    if not blocks:
        return pa.table({"account_id": pa.array([], pa.string())})
    table = pa.concat_tables(blocks).add_column(0, "account_id", ids)
    return table.filter(pa.array(np.isfinite(lives.first_s))).sort_by("account_id")


class _Office(NamedTuple):
    """Where sign-ups are recorded."""

    book: AccountBook
    scenario: Scenario
    networks: Networks


def _make_block(block: _Block, rows: Ints, lives: Lives, office: _Office) -> pa.Table:
    book, scenario, networks = office
    population = scenario.population[block.population]
    registry = population.registry
    keys = book.keys_of(rows)
    shared = mix(name_key(population.name, book.seed), np.zeros(len(rows), np.int64))
    plan = np.array(registry.plans)[below(mix(keys, 31), len(registry.plans))]
    signup = networks.address(population.place.network, shared if population.place.sharing == "one" else mix(keys, 2))
    columns = {
        "created_at": _created(block, population, keys, lives.first_s[rows], scenario.starts_at),
        "banned_at": _moments(lives.banned_s[rows], scenario.starts_at),
        "organisation": _organisation(population, keys, shared),
        "email_domain": _mail(population, keys, shared),
        "payment_fingerprint": pc.if_else(
            pa.array(plan == "free"), pa.scalar(None, pa.string()), _fingerprint(registry.payment, keys, shared, 41)
        ),
        "device_id": _fingerprint(registry.device, keys, shared, 42),
        "signup_address": address_text(signup),
        "plan": pa.array(plan, pa.string()),
    }
    kept_always = {"created_at", "banned_at", "plan"}
    return pa.table(
        {
            name: column if name in kept_always else _with_gaps(column, keys, registry.missing_share, place)
            for place, (name, column) in enumerate(columns.items())
        }
    )


def _with_gaps(column: pa.Array, keys: Keys, share: float, place: int) -> pa.Array:
    return pc.if_else(pa.array(uniform(mix(keys, 50 + place)) < share), pa.scalar(None, pa.string()), column)


def _created(block: _Block, population: Population, keys: Keys, first_s: Floats, starts_at: datetime) -> pa.Array:
    chance = uniform(mix(keys, 33))
    old = np.exp(np.log(60.0) + chance * np.log(3 * 365 * DAY_S / 60.0))
    old = np.where(uniform(mix(keys, 34)) < 0.7, np.maximum(old, 40.0 * DAY_S * (1 + 20 * chance)), old)
    if block.is_successor or (population.pace.succession and block.slot.max(initial=0) > 0):
        quick = 120.0 + 3000.0 * chance
        before = np.where(block.slot > 0, quick, old) if not block.is_successor else quick
    elif population.registry.created == "fresh":
        before = 3600.0 + chance * 14 * DAY_S
    else:
        before = old
    return _moments(first_s - before, starts_at)


def _moments(seconds: Floats, starts_at: datetime) -> pa.Array:
    known = np.isfinite(seconds)
    micros = np.where(known, seconds, 0.0) * 1e6 + (starts_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(
        microseconds=1
    )
    stamp = pa.array(micros.astype(np.int64), pa.timestamp("us", "UTC"), mask=~known)
    return pc.strftime(stamp.cast(pa.timestamp("s", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")


def _organisation(population: Population, keys: Keys, shared: Keys) -> pa.Array:
    kind = population.registry.organisation
    number = shared if kind == "one" else mix(below(mix(keys, 35), max(len(keys) // 3, 1)), shared)
    names = organisation_names(number)
    if kind == "one":
        return names
    absent = uniform(mix(keys, 36)) < (1.0 if kind == "none" else 0.65)
    return pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), names)


def organisation_names(keys: Keys) -> pa.Array:
    first = pa.array(_FIRST).take(indices(below(mix(keys, 1), len(_FIRST))))
    second = pa.array(_SECOND).take(indices(below(mix(keys, 2), len(_SECOND))))
    return pc.binary_join_element_wise(
        first, second, pc.cast(pa.array(below(mix(keys, 3), 900) + 100), pa.string()), " "
    )


def _mail(population: Population, keys: Keys, shared: Keys) -> pa.Array:
    kind = population.registry.mail
    skewed = (uniform(mix(keys, 37)) ** 2 * len(_POPULAR_MAIL)).astype(np.int64)
    popular = pa.array(_POPULAR_MAIL).take(indices(skewed))
    disposable = pa.array(_DISPOSABLE_MAIL).take(indices(below(mix(keys, 38), len(_DISPOSABLE_MAIL))))
    own = pc.binary_join_element_wise(hex_text([mix(shared if kind == "one" else keys, 39)]), "example", ".")
    own = pc.binary_join_element_wise("d", pc.utf8_slice_codeunits(own, 8), "")
    if kind in {"own", "one"}:
        return own
    rare = uniform(mix(keys, 40)) < (0.9 if kind == "disposable" else 0.04)
    return pc.if_else(pa.array(rare), disposable, popular)


def _fingerprint(kind: str, keys: Keys, shared: Keys, place: int) -> pa.Array:
    by_kind = {"unique": keys, "one": shared, "few": mix(shared, below(mix(keys, place), 4))}
    return hex_text([mix(by_kind[kind], place)])
