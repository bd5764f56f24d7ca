"""The window: what detection may see of a log, as plain arrays.

Only rows reduced to accounts, keys and bins leave the engine, and the exchanges of the few groups under test. Accounts
are numbers from 0 to n - 1 here, in every array; `Window.names` gives the text back.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.large_answers import LargeAnswers
from stillwatch.logs.registry import align
from stillwatch.logs.repeats import Repeats, Search, read_repeats, read_variants
from stillwatch.logs.sketching import EXCERPT_SCHEMA, KEY_SCHEMA, NAME_SCHEMA
from stillwatch.logs.store import PART_BITS
from stillwatch.logs.summaries import Summaries, summaries_of
from stillwatch.logs.takings import Takings, read_takings
from stillwatch.logs.window_keys import KeyPlace, WindowKeys
from stillwatch.logs.window_rows import (
    DAY_NS,
    Events,
    Facets,
    Handovers,
    Ints,
    Model,
    Population,
    Registry,
    RowsOf,
    Shares,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from stillwatch.logs.corpora import Fingerprint
    from stillwatch.logs.engine import Engine
    from stillwatch.logs.store import Store
    from stillwatch.logs.window_rows import Group

_ALL: Final = (-(2**62), 2**62)
_ROW_BITS: Final = 40
_ROW_MASK: Final = (1 << PART_BITS) - 1


class Window:
    """A view of a store between two moments. Holds an engine; close it when done."""

    def __init__(self, engine: Engine, salt: int, place: KeyPlace, summaries: Summaries) -> None:
        self._engine = engine
        self._large = LargeAnswers(engine, place.spill / "answers")
        self._summaries = summaries
        self._salt = salt
        self._keys = WindowKeys(engine, place)
        self._facets: dict[str, Facets] | None = None
        self._registry: tuple[pa.Table | None, Registry] | None = None
        account = engine.run("account_all")
        self.account_keys = _ints(account, "account_key")
        self.population = Population(
            **{name: _ints(account, name) for name in _POPULATION_INTS},  # type: ignore[arg-type]  # floats follow
            **{name: account[name].to_numpy().astype(np.float64) for name in _POPULATION_FLOATS},
        )

    @classmethod
    def open(  # noqa: PLR0913  # each is a bound of the work or of the span
        cls,
        store: Store,
        engine: Engine,
        *,
        spill: Path,
        memory_bytes: int,
        since: int | None = None,
        until: int | None = None,
        part: Ints | None = None,
        keeps_summaries: bool = False,
    ) -> Window:
        """Open a store for detection with an engine, which it closes; `since` and `until` are nanoseconds, the second
        excluded.

        `part` are the keys of the accounts to look at, ascending; None = all. What the window works out may be kept in
        the store (`summaries`), for the next window on the same.
        """
        engine.attach("exchanges" if part is None else "every_exchange", store.files("exchanges"), NO_EXCHANGES)
        if part is not None:
            engine.put("part", pa.table({"account_key": part}))
            engine.define_as("exchanges", "exchange_of_part")
        engine.attach("keys", store.files("keys"), KEY_SCHEMA)
        engine.attach("names", store.files("names"), NAME_SCHEMA)
        engine.attach("excerpts", store.files("excerpts"), EXCERPT_SCHEMA)
        engine.put("span", span_table(since, until))
        is_all = since is None and until is None
        bounds = (since, until, None if part is None else part.tobytes())
        summaries = summaries_of(store, *bounds) if keeps_summaries else Summaries(None)
        engine.put("duplicate", summaries.answer("duplicate", None, partial(engine.run, "duplicate")))
        engine.put("account", _numbered(summaries.answer("account", None, partial(engine.run, "account"))))
        whole = is_all and engine.run("duplicate_count")["duplicates"][0].as_py() == 0
        engine.define_as("exchange", "exchange_of_store" if whole else "exchange")
        engine.define_as("share", "share" if whole else "share_of_span")
        place = KeyPlace(store.files("keys"), spill / "keys", summaries.folder or spill, memory_bytes, whole)
        return cls(engine, store.settings.salt, place, summaries)

    @property
    def accounts(self) -> int:
        return len(self.account_keys)

    @property
    def exchanges(self) -> int:
        return int(self.population.exchanges.sum())

    def duplicates(self) -> int:
        return int(self._engine.run("duplicate_count")["duplicates"][0].as_py())

    def names(self) -> npt.NDArray[np.object_]:
        """The account ids, shape (n,)."""
        found = self._ask("account_name")
        out = np.full(self.accounts, "", dtype=object)
        out[_ints(found, "account_no")] = found["name_text"].to_numpy(zero_copy_only=False)
        return out

    def coverage(self) -> dict[str, int]:
        row = self._ask("coverage").to_pylist()[0]
        return {name: int(value or 0) for name, value in row.items()}

    def facets(self) -> dict[str, Facets]:
        # Asked for twice in a scan, and the costliest look at the exchanges.
        if self._facets is None:
            table = self._ask("facet")
            parts = {name: table.filter(pc.equal(table["facet"], name)) for name in _FACETS}
            self._facets = {
                name: Facets(*(_ints(part, column) for column in ("account_no", "facet_key", "exchanges")))
                for name, part in parts.items()
            }
        return self._facets

    def time_bins(self, origin: int, width: int) -> Facets:
        """Conversations begun by each account in bins of `width` nanoseconds from `origin`; `key` numbers the bin."""
        table = self._ask("time_bin", {"origin": origin, "width": width})
        return Facets(*(_ints(table, name) for name in ("account_no", "time_bin", "exchanges")))

    def starts(self, accounts: Ints) -> tuple[Ints, Ints]:
        """Account and moment of each conversation that some accounts begin, in order of account and time; each (m,)."""
        self._engine.put("chosen", pa.table({"account_no": accounts}))
        table = self._engine.run("start")
        self._engine.drop("chosen")
        return _ints(table, "account_no"), _ints(table, "started_at")

    def shares(self, *, least_accounts: int, most_accounts: int, least_exchanges: int, least_uses: float) -> Shares:
        """Keys shared by between `least_accounts` and `most_accounts` accounts, used `least_uses` times by each on
        average. From here on groups are fetched by these keys alone.
        """
        bounds = {
            "least_accounts": least_accounts,
            "most_accounts": most_accounts,
            "least_exchanges": least_exchanges,
            "least_uses": least_uses,
        }
        table = self._summaries.answer("account_share", bounds, partial(self._keys.count, self.account_keys, bounds))
        found = Shares(*(_ints(table, name) for name in table.column_names))
        self._keys.keep(found.key)
        return found

    def handovers(self, *, within: int, most_exchanges: int) -> Handovers:
        table = self._ask("handover", {"within": within, "most_exchanges": most_exchanges})
        return Handovers(
            *(_ints(table, name) for name in ("left_no", "right_no", "after_refusal", "after_failure", "after_reply"))
        )

    def replays(self) -> tuple[Ints, Ints, Ints]:
        """Giver, taker and number of signed reasoning blocks that crossed from one account to another; each (m,)."""
        table = self._summaries.answer("replay", None, self._replays)
        return _ints(table, "giver_no"), _ints(table, "taker_no"), _ints(table, "blocks")

    def _replays(self) -> pa.Table:
        self._engine.define("reasoning_block")
        return self._engine.run("replay")

    def models(self) -> tuple[Model, ...]:
        rows = self._ask("model_release", {"within": DAY_NS}).to_pylist()
        return tuple(
            Model(
                name=row["model"],
                first_at=int(row["first_at"]),
                exchanges=int(row["exchanges"]),
                accounts=int(row["accounts"]),
                early_accounts=int(row["early_accounts"]),
            )
            for row in rows
        )

    def similarities(self, least_exchanges: int) -> tuple[Ints, Ints, Ints]:
        """Account, first and second half of the similarity sketch of each prompt of accounts with enough of them."""
        table = self._large.run("similarity", {"least_exchanges": least_exchanges})
        return _ints(table, "account_no"), _ints(table, "similarity_a"), _ints(table, "similarity_b")

    def events(self, groups: Sequence[Group]) -> Iterator[Events]:
        """The exchanges of each group, in order of time: those that carry one of its keys, or all where it has no
        keys.

        Groups overlap, so every exchange is fetched once for all of them; each group is made when it is asked for.
        """
        if not groups:
            return
        wanted = ((group.accounts, np.full(len(group.accounts), int(len(group.keys) > 0))) for group in groups)
        self._put_groups("wanted", wanted, ("account_no", "is_keyed"))
        self._put_groups("wanted_key", ((group.kinds, group.keys) for group in groups), ("kind", "share_key"))
        with self._large.defined("focus") as focus:
            columns, models = _in_time(self._large.run("focus_exchange"))
        bounds, rows = _rows_by_group(focus, columns["exchange_no"], len(groups))
        for start, end, group in zip(bounds[:-1], bounds[1:], groups, strict=True):
            yield Events(columns=RowsOf(columns, rows[start:end]), models=models, keys=group.keys)

    def excerpts(self, asked: Sequence[Ints]) -> list[list[tuple[int, str, str]]]:
        """Kept excerpts (exchange number, system text, prompt text) for each list of exchange numbers."""
        self._put_groups("asked", ((numbers,) for numbers in asked), ("exchange_no",))
        out: list[list[tuple[int, str, str]]] = [[] for _ in asked]
        for row in self._engine.run("excerpt").to_pylist():
            out[row["group_no"]].append((row["exchange_no"], row["system_text"] or "", row["prompt_text"] or ""))
        return out

    def registry(self, table: pa.Table | None) -> Registry:
        """Align an accounts table (`logs.accounts`) with this window's accounts."""
        if self._registry is None or self._registry[0] is not table:
            self._registry = table, align(table, self.account_keys, self._salt)
        return self._registry[1]

    def close(self) -> None:
        self._engine.close()

    def takings(self, sets: Sequence[Fingerprint]) -> Takings:
        """Which exchanges carry which item of which public prompt set."""
        with self._keys.all():
            return read_takings(self._engine, sets)

    def variants(self) -> Search:
        """Exchanges of requests of which many one-off variants were sent and a good part refused."""
        with self._keys.all():
            return read_variants(self._engine, self._ask)

    def repeats(self) -> Repeats:
        """All that accounts did which send fixed prompts again and again."""
        table = self._summaries.answer("repeats", None, lambda: _as_table(read_repeats(self._engine)))
        return Repeats(*(_ints(table, name) for name in Repeats._fields))

    def _ask(self, query: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """The answer to a query that looks at every exchange, from the store where it is kept."""
        return self._summaries.answer(query, parameters, partial(self._engine.run, query, parameters))

    def _put_groups(self, name: str, columns: Iterable[tuple[Ints, ...]], names: tuple[str, ...]) -> None:
        rows = [(np.full(len(group[0]), number, np.int64), *group) for number, group in enumerate(columns)]
        arrays = [np.concatenate([row[place] for row in rows]) for place in range(len(names) + 1)]
        self._engine.put(name, pa.table(dict(zip(("group_no", *names), arrays, strict=True))))


_POPULATION_INTS: Final = (
    *("exchanges", "first_at", "last_at", "prompts", "single_turns", "refused", "failed"),
    *("input_tokens", "output_tokens", "addresses", "end_users"),
)
_POPULATION_FLOATS: Final = ("log_output_mean", "prompt_words")
_FACETS: Final = ("params", "client", "address", "prefix", "org", "team")
NO_EXCHANGES: Final = pa.schema(
    [
        (name, pa.int64())
        for name in ("exchange_no", "record_key", "account_key", "started_at", "exact_key", "turn", "has_text")
    ]
    + [
        (name, pa.int64())
        for name in ("status_code", "input_tokens", "output_tokens", "address_key", "end_user_identity")
    ]
    + [
        (name, pa.int64())
        for name in ("prompt_words", "params_key", "client_key", "prefix_key", "org_identity", "team_identity")
    ]
    + [
        (name, pa.int64())
        for name in ("chain_self", "chain_parent", "ended_at", "similarity_a", "similarity_b", "system_key")
    ]
    + [(name, pa.int64()) for name in ("skeleton_key", "max_tokens", "choices", "logprobs", "task_bits")]
    + [("model", pa.string()), ("source", pa.string())]
)


def span_table(since: int | None, until: int | None) -> pa.Table:
    """The moments that the queries bound the exchanges by; None = no bound."""
    bounds = {"since_at": _ALL[0] if since is None else since, "until_at": _ALL[1] if until is None else until}
    return pa.table({name: pa.array([moment], pa.int64()) for name, moment in bounds.items()})


def _numbered(accounts: pa.Table) -> pa.Table:
    """Accounts in order with their numbers: an engine would have to bring them all to one task for that."""
    return accounts.add_column(0, "account_no", pa.array(np.arange(len(accounts), dtype=np.int32)))


def _as_table(columns: Any) -> pa.Table:
    """A named tuple of arrays as a table."""
    return pa.table(columns._asdict())


def _ints(table: pa.Table, name: str) -> Ints:
    column = table[name]
    if column.null_count:
        column = column.fill_null(0)
    values = column.to_numpy()
    return np.asarray(values, dtype=np.int64) if values.dtype != np.int64 else values


def _in_time(table: pa.Table) -> tuple[dict[str, Ints], npt.NDArray[np.object_]]:
    """Columns of the exchanges in focus, in order of time, and the models that they name by number.

    The table goes column by column as the arrays come: both at once would be the largest thing that a scan holds.
    """
    order = np.lexsort((_ints(table, "exchange_no"), _ints(table, "started_at")))
    model = table["model"].combine_chunks().dictionary_encode()
    columns = {"model_no": model.indices.to_numpy(zero_copy_only=False).astype(np.int64)[order]}
    for name in table.column_names:
        if name != "model":
            columns[name] = _ints(table, name)[order]
        table = table.drop_columns([name])
    return columns, np.append(model.dictionary.to_numpy(zero_copy_only=False), "").astype(object)


def _rows_by_group(focus: pa.Table, exchange_no: Ints, groups: int) -> tuple[Ints, Ints]:
    """For groups 0 to `groups` - 1 the bounds, shape (groups + 1,), of their rows in the second array, ascending.

    Rows are found by a table over the exchange numbers, of which each part of the store has a stretch of its own.
    """
    part, row = exchange_no >> PART_BITS, exchange_no & _ROW_MASK
    longest = np.zeros(int(part.max(initial=0)) + 1, np.int64)
    np.maximum.at(longest, part, row + 1)
    starts = np.append(0, np.cumsum(longest))
    place = np.zeros(starts[-1], np.int32)
    place[starts[part] + row] = np.arange(len(exchange_no))
    wanted = _ints(focus, "exchange_no")
    found = place[starts[wanted >> PART_BITS] + (wanted & _ROW_MASK)]
    packed = np.sort((_ints(focus, "group_no") << _ROW_BITS) | found)
    return np.searchsorted(packed, np.arange(groups + 1) << _ROW_BITS), packed & ((1 << _ROW_BITS) - 1)
