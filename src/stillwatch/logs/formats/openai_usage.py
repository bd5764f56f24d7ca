"""OpenAI's usage buckets: counts for an hour or a day, not exchanges.

Written by: the organisation usage endpoints of the admin API.

Markers: `num_model_requests` and `input_cached_tokens`, by themselves or within `results` of a bucket.

Traps: the rows look like a log (model, user, key, tokens), but each stands for many requests. The format exists to say
so: every record is refused with that reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.format import Case, Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_MARKERS: Final = ("num_model_requests", "input_cached_tokens")


def _matches(record: Record) -> bool:
    if all(name in record for name in _MARKERS):
        return True
    results = record.get("results")
    first = results[0] if isinstance(results, list) and results else None
    return isinstance(first, dict) and all(name in first for name in _MARKERS)


def _read(_record: Record) -> Iterator[Row]:
    raise ValueError("usage bucket: an aggregate, not exchanges")
    yield {}  # pragma: no cover  # makes this a generator, as the interface asks


_BUCKET: Final = {
    "object": "organization.usage.completions.result",
    "input_tokens": 34_000,
    "output_tokens": 12_000,
    "input_cached_tokens": 8_000,
    "num_model_requests": 900,
    "user_id": "user-17",
    "api_key_id": "key-5",
    "model": "model-large",
}

FORMAT: Final = Format(
    name="openai_usage",
    title="OpenAI usage buckets (refused: aggregates)",
    matches=_matches,
    read=_read,
    cases=(Case(name="a bucket is refused", records=(_BUCKET,), rows=()),),
    account_hint="Read the request log instead: a usage bucket holds no exchanges.",
)
