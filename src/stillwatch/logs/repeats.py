"""What precursors look at: variants of one request, and prompts that come again and again.

Both begin with a query that leaves a few keys or accounts, and fetch the exchanges of those alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.core.key_kind import KeyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stillwatch.logs.engine import Engine

    Ask = Callable[[str, Mapping[str, Any]], pa.Table]

Ints = npt.NDArray[np.int64]

SHORT_TOKENS: Final = 40
"""A reply of so few tokens may be a refusal; so may a label, which is why short replies count only beside long ones."""
_LEAST_REFUSED: Final = 25
_LEAST_PROMPTS: Final = 60
_LEAST_REPEATS: Final = 4
_MOST_PROMPT_ACCOUNTS: Final = 60
_MOST_ACCOUNTS: Final = 3000
_MOST_KEYS: Final = 400
_MOST_EXCHANGES: Final = 20_000
# The request stands at one end of the prompt; runs of words would cost three times as much to look through.
_ENDS: Final = {"least_kind": int(KeyKind.HEAD), "most_kind": int(KeyKind.TAIL)}


class Variants(NamedTuple):
    """Exchanges that carry a key under suspicion, one row a key and exchange, in order of key and time; each (m,)."""

    key: Ints
    account: Ints
    exchange: Ints
    started_at: Ints
    prompt: Ints
    """Exact key of the prompt."""
    is_refused: Ints
    """2 where the status says refused, 1 where the reply is short, which may be a refusal in words; else 0."""


class Search(NamedTuple):
    """Wordings under suspicion, those refused most."""

    variants: Variants
    wordings: int
    """How many there are in all, those that are left out for their number counted in."""


class Repeats(NamedTuple):
    """Everything that accounts did which send fixed prompts again and again, in order of time; each (m,)."""

    account: Ints
    exchange: Ints
    started_at: Ints
    prompt: Ints
    status_code: Ints
    is_fixed: Ints
    """1 where the prompt is one of those sent again and again."""


def no_search() -> Search:
    return Search(Variants(*(np.zeros(0, np.int64) for _ in Variants._fields)), wordings=0)


def no_repeats() -> Repeats:
    return Repeats(*(np.zeros(0, np.int64) for _ in Repeats._fields))


def read_variants(engine: Engine, ask: Ask) -> Search:
    """Requests of which many one-off variants were sent and a good part refused; `ask` runs a query of the engine, or
    remembers its answer.
    """
    bounds = {
        "short_tokens": SHORT_TOKENS,
        "least_refused": _LEAST_REFUSED,
        "least_prompts": _LEAST_PROMPTS,
        "most_exchanges": _MOST_EXCHANGES,
        **_ENDS,
    }
    found = ask("variant_key", bounds)
    keys = np.asarray(found["share_key"].to_numpy(), np.int64)
    engine.put("variant_asked", pa.table({"share_key": keys[:_MOST_KEYS]}))
    table = ask("variant", {"short_tokens": SHORT_TOKENS, **_ENDS})
    return Search(Variants(*(_column(table, name) for name in _VARIANT_COLUMNS)), wordings=len(keys))


def read_repeats(engine: Engine) -> Repeats:
    """Accounts that send fixed prompts again and again, with all that they did."""
    bounds = {"least_repeats": _LEAST_REPEATS, "most_accounts": _MOST_PROMPT_ACCOUNTS}
    engine.define("repeated_prompt", bounds)
    table = engine.run("repeat", {"most_accounts": _MOST_ACCOUNTS})
    return Repeats(*(_column(table, name) for name in _REPEAT_COLUMNS))


_VARIANT_COLUMNS: Final = ("share_key", "account_no", "exchange_no", "started_at", "exact_key", "is_refused")
_REPEAT_COLUMNS: Final = ("account_no", "exchange_no", "started_at", "exact_key", "status_code", "is_fixed")


def _column(table: pa.Table, name: str) -> Ints:
    return np.asarray(table[name].fill_null(0).to_numpy(), np.int64)
