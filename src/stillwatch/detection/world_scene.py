"""What links and signals see of a synthetic world: its scene and its exchanges, counted as those of a log are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from stillwatch.detection.pair_share import PairShare
from stillwatch.detection.scene import Scene
from stillwatch.detection.starts import Starts
from stillwatch.detection.tallies import Rhythm, tallies
from stillwatch.detection.usual import all_openings, rate_sample
from stillwatch.detection.world_people import IDENTITIES, START
from stillwatch.logs.window_rows import (
    DAY_NS,
    HOUR_NS,
    Events,
    Facets,
    Handovers,
    Ints,
    Model,
    Population,
    Registry,
    Shares,
)

if TYPE_CHECKING:
    from stillwatch.detection.world_people import Populated

_BIN_WIDTH: Final = 6 * HOUR_NS
_LEAST_REFERENCE_EXCHANGES: Final = 8
_FACETS: Final = {
    "params": "params_key",
    "client": "client_key",
    "address": "address_key",
    "prefix": "prefix_key",
    "org": "org_key",
    "team": "team_key",
}


def scene_of(world: Populated) -> Scene:
    """Count a world as `scenery.build_scene` counts a log."""
    owner, times = world.exchanges["account_no"], world.exchanges["started_at"]
    count = len(world.profile)
    bins = (times - START) // _BIN_WIDTH
    table = np.zeros((count, int(bins.max()) + 1), np.int64)
    begins = world.exchanges["turn"] <= 1
    np.add.at(table, (owner[begins], bins[begins]), 1)
    active = np.nonzero(table)
    givers, takers, blocks = _columns(world.replays, 3)
    left, right, refused, failed = _columns(world.handovers, 4)
    able = np.flatnonzero(table.sum(axis=1) >= _LEAST_REFERENCE_EXCHANGES)
    modes = {name: _most_shown(owner, world.exchanges[column], count) for name, column in _FACETS.items()}
    binned = Facets(active[0], active[1], table[active])
    return Scene(
        population=_population(world),
        registry=_registry(world),
        modes=modes,
        bins=binned,
        bin_width=_BIN_WIDTH,
        origin=START,
        end=int(world.exchanges["started_at"].max()),
        handovers=Handovers(left, right, refused, failed, np.zeros_like(left)),
        replays=(givers, takers, blocks),
        models=_models(world),
        shares=Shares(
            *(
                world.shares[name][np.argsort(world.shares["key"], kind="stable")]
                for name in ("kind", "key", "account", "exchanges")
            )
        ),
        reference=table[able],
        reference_accounts=able,
        reference_starts=_starts(owner[begins], times[begins], able),
        seed=world.seed,
        ignored_facets=world.ignored_facets,
        pair_share={"template": PairShare(np.ones(round(10_000 * world.pair_share), np.int64), 10_000)},
        rate_sample=rate_sample(_population(world), world.seed),
        openings=all_openings(_registry(world)),
        profile=world.profile,
        tallies=tallies(
            population=_population(world),
            registry=_registry(world),
            modes=modes,
            models=_models(world),
            rhythm=Rhythm(binned, START, _BIN_WIDTH),
            profile=world.profile,
        ),
        takings=world.takings,
    )


def _starts(owner: Ints, times: Ints, accounts: Ints) -> Starts:
    """When some accounts begin conversations."""
    mine = np.isin(owner, accounts)
    order = np.lexsort((times[mine], owner[mine]))
    return Starts(np.searchsorted(accounts, owner[mine][order]).astype(np.int64), times[mine][order])


def events_of(world: Populated) -> Events:
    """All exchanges in order of time."""
    order = np.argsort(world.exchanges["started_at"], kind="stable")
    columns = {name: values[order] for name, values in world.exchanges.items()}
    names = np.array(["m-1", "m-2"], dtype=object)
    return Events(columns={**columns, "exchange_no": np.arange(len(order))}, models=names)


def _population(world: Populated) -> Population:
    owner, count = world.exchanges["account_no"], len(world.profile)
    times, status = world.exchanges["started_at"], world.exchanges["status_code"]
    first, last = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(first, owner, times)
    np.maximum.at(last, owner, times)

    def total(values: npt.NDArray[Any]) -> Ints:
        return np.bincount(owner, weights=values, minlength=count).astype(np.int64)

    exchanges = total(np.ones(len(owner)))
    served = np.unique(np.stack([owner, world.exchanges["end_user_identity"]]), axis=1)
    return Population(
        exchanges=exchanges,
        first_at=first,
        last_at=last,
        prompts=exchanges,
        single_turns=total(world.exchanges["turn"] <= 1),
        refused=total(np.isin(status, (403, 429))),
        failed=total(status >= 500),
        input_tokens=total(world.exchanges["input_tokens"]),
        output_tokens=total(world.exchanges["output_tokens"]),
        addresses=np.ones(count, np.int64),
        end_users=np.bincount(served[0], minlength=count).astype(np.int64),
        log_output_mean=np.zeros(count),
        prompt_words=total(world.exchanges["prompt_words"]) / exchanges,
    )


def _registry(world: Populated) -> Registry:
    return Registry(
        known=np.ones(len(world.profile), np.bool_),
        created_at=world.accounts["created_at"],
        banned_at=world.accounts["banned_at"],
        keys={name: world.accounts[name] for name in IDENTITIES},
    )


def _models(world: Populated) -> tuple[Model, ...]:
    events = events_of(world)
    return tuple(_model(name, events) for name in ("m-1", "m-2") if (events.model == name).any())


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
