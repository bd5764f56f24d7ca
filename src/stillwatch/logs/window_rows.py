"""What detection may see of a log: arrays of accounts, shared keys, hand-overs and exchanges.

Accounts are numbers from 0 to n - 1 in every array; `Window.names` gives the text back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HOUR_NS: Final = 3_600_000_000_000
DAY_NS: Final = 24 * HOUR_NS


class Facets(NamedTuple):
    """How often account `account` (m,) shows value `key` (m,) of one facet: `exchanges` (m,)."""

    account: Ints
    key: Ints
    exchanges: Ints


class Shares(NamedTuple):
    """Which accounts use which shared keys; one row an (account, key). All of shape (m,)."""

    kind: Ints
    key: Ints
    account: Ints
    exchanges: Ints


class Handovers(NamedTuple):
    """Conversations that went on at another account; one row an ordered pair of accounts. All of shape (m,)."""

    left: Ints
    right: Ints
    after_refusal: Ints
    after_failure: Ints
    after_reply: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One entry an account; every array has shape (n,)."""

    exchanges: Ints
    first_at: Ints
    last_at: Ints
    prompts: Ints
    """Distinct prompts."""
    single_turns: Ints
    refused: Ints
    """Replies 403 or 429."""
    failed: Ints
    """Replies of 500 and above."""
    input_tokens: Ints
    output_tokens: Ints
    addresses: Ints
    end_users: Ints
    log_output_mean: Floats
    prompt_words: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What the accounts file says, aligned with the accounts; 0 or -1 (times) = not known. Arrays have shape (n,)."""

    known: npt.NDArray[np.bool_]
    created_at: Ints
    banned_at: Ints
    keys: Mapping[str, Ints]
    """Hashed identifiers: organisation, payment_key, device_key, email_key, phone_key, signup_address, referral_code,
    name_key."""
    email_domain: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()


class RowsOf(Mapping[str, Ints]):
    """Some rows of a table that groups share: a column is gathered when it is asked for.

    Hundreds of groups overlap in most of their exchanges; a copy of each would hold a log many times over.
    """

    __slots__ = ("rows", "table")

    def __init__(self, table: Mapping[str, Ints], rows: Ints) -> None:
        self.table = table
        self.rows = rows

    def __getitem__(self, name: str) -> Ints:
        return self.table[name][self.rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The exchanges of one group in order of time; arrays have shape (m,). `column` names are those of
    focus_exchange.sql, with the model as the number `model_no`.
    """

    columns: Mapping[str, Ints]
    models: npt.NDArray[np.object_]
    """The text behind each `model_no`."""
    keys: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """The shared keys that these exchanges were fetched for, shape (k,); empty = all exchanges of the accounts."""

    @property
    def model(self) -> npt.NDArray[np.object_]:
        return self.models[self.columns["model_no"]]

    def taken(self, chosen: npt.NDArray[np.bool_] | Ints) -> Events:
        """The events at some places, or where a mark of shape (m,) is true."""
        columns: Mapping[str, Ints] = (
            RowsOf(self.columns.table, self.columns.rows[chosen])
            if isinstance(self.columns, RowsOf)
            else {name: values[chosen] for name, values in self.columns.items()}
        )
        return Events(columns=columns, models=self.models, keys=self.keys)

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns.rows) if isinstance(self.columns, RowsOf) else len(self.columns["account_no"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    name: str
    first_at: int
    exchanges: int
    accounts: int
    early_accounts: int
    """Accounts whose first use came within a day of `first_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Accounts to fetch the exchanges of, and the keys that bring them together (kind and key, each of shape (k,))."""

    accounts: Ints
    kinds: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    keys: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
