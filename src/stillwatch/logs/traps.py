"""Known traps of real logs, detected and said aloud, so that nobody trusts a column that says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from stillwatch.logs.sketching import ContentMode
    from stillwatch.logs.window import Window

_EVERYBODY: Final = 0.8
_LEAST_ACCOUNTS: Final = 5
_MOST_BACKWARDS: Final = 0.001
_FUTURE_YEARS_NS: Final = 2 * 365 * 86_400 * 10**9


def log_warnings(
    window: Window, counts: Mapping[str, int], accounts: pa.Table | None, content: ContentMode
) -> tuple[str, ...]:
    """Sentences on what the log cannot say or says wrongly; `counts` is the row of coverage.sql."""
    if window.accounts == 0:
        return ("no exchange names an account: see the account hint of the format (`stillwatch formats list`)",)
    return (
        *_identity(window, counts, accounts),
        *_address(window),
        *_content(counts, content),
        *_times(window, counts),
        *_repeats(window),
    )


def _identity(window: Window, counts: Mapping[str, int], accounts: pa.Table | None) -> Iterator[str]:
    if counts["with_end_user"] and counts["with_end_user"] > 0.5 * counts["exchanges"]:
        yield (
            "the end user of most exchanges is written by the caller (`user`, `end_user`): it is "
            "kept as a hint and never counted as the account"
        )
    if accounts is None:
        yield "no accounts file was given: registration, payment, bans and the age of accounts could not be looked at"
        return
    known = int(window.registry(accounts).known.sum())
    if known < window.accounts:
        yield f"{window.accounts - known:,} of {window.accounts:,} accounts of the log are not in the accounts file"


def _address(window: Window) -> Iterator[str]:
    facet = window.facets()["address"]
    _, counts = np.unique(facet.key, return_counts=True)
    if len(counts) and window.accounts >= _LEAST_ACCOUNTS and counts.max() >= _EVERYBODY * window.accounts:
        yield (
            f"one address stands on {counts.max() / window.accounts:.0%} of the accounts, as "
            "behind a load balancer: addresses are ignored (let the gateway log the forwarded "
            "address)"
        )


def _content(counts: Mapping[str, int], content: ContentMode) -> Iterator[str]:
    missing = counts["exchanges"] - counts["with_text"]
    if content == "none":
        yield (
            "the store keeps nothing of the content (--content none): templates, workloads and "
            "roles could not be looked at"
        )
    elif missing > 0.05 * counts["exchanges"]:
        yield (
            f"{missing / counts['exchanges']:.0%} of the exchanges have no prompt text: content "
            "evidence covers the rest only (many gateways must be told to log prompts)"
        )


def _times(window: Window, counts: Mapping[str, int]) -> Iterator[str]:
    if counts["backwards"] > _MOST_BACKWARDS * counts["exchanges"]:
        yield f"{counts['backwards']:,} exchanges end before they start: the clocks of the gateway disagree (skew)"
    span = counts["last_at"] - counts["first_at"]
    usual = np.quantile(window.population.last_at, 0.99) - np.quantile(window.population.first_at, 0.01)
    if span > max(3 * usual, _FUTURE_YEARS_NS):
        yield "a few exchanges lie years away from the rest: their clock is wrong; use --since and --until"


def _repeats(window: Window) -> Iterator[str]:
    repeated = window.duplicates()
    if repeated:
        yield f"{repeated:,} records came in more than once (two sources, or one file twice); each is counted once"
