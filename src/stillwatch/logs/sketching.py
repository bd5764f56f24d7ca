"""From canonical exchanges to what the store keeps: keys, names and redacted excerpts.

One batch in, four tables out. This is the only place where text turns into keys; no scan reads text again.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.blank_out import SIGNS, blank_out
from stillwatch.core.shelf import walk_shelf
from stillwatch.logs.hashing import hash_text
from stillwatch.logs.sketch import Keys, Sketch

ContentMode = Literal["full", "sketch", "none"]
Unit = Literal["account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id"]

_IDENTITIES: Final[tuple[Unit, ...]] = ("account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id")
_FALLBACK: Final[tuple[Unit, ...]] = ("account_id", "api_key_id", "user_id", "team_id", "org_id")
_KEPT: Final = (
    "started_at",
    "ended_at",
    "status_code",
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
)
_TEXTS: Final = ("system_text", "prompt_text", "reply_text", "tools", "reasoning_in", "reasoning_out")
_ALWAYS: Final = ("record_id", "session_id", "source", "request_model", "system_text", "prompt_text")
_HEAD_CHARS: Final = 900
_TAIL_CHARS: Final = 300
# One exchange in so many leaves a redacted excerpt; enough to show a template, too few to read along.
_EXCERPT_SHARE: Final = 48
_NO_KEYS: Final = Keys(np.zeros(0, np.int8), np.zeros(0, np.int32), np.zeros(0, np.int64))

EXCERPT_SCHEMA: Final = pa.schema(
    [("exchange_no", pa.int64()), ("system_text", pa.string()), ("prompt_text", pa.string())]
)
NAME_SCHEMA: Final = pa.schema([("kind", pa.string()), ("name_key", pa.int64()), ("name_text", pa.string())])
KEY_SCHEMA: Final = pa.schema(
    [("kind", pa.int8()), ("share_key", pa.int64()), ("account_key", pa.int64()), ("exchange_no", pa.int64())]
)


class Tables(NamedTuple):
    exchanges: pa.Table
    keys: pa.Table
    names: pa.Table
    excerpts: pa.Table


@cache
def sketches() -> tuple[Sketch, ...]:
    """Every sketch on the shelf; a constant of the installed package."""
    return walk_shelf("stillwatch.logs.sketches", "SKETCH", Sketch)


@cache
def stored_fields() -> frozenset[str]:
    """Fields of an exchange that the store or a sketch looks at; the others need not be read at all."""
    return frozenset((*_ALWAYS, *_IDENTITIES, *_KEPT, *(name for sketch in sketches() for name in sketch.reads)))


def redact(text: str) -> str:
    """Cut a text to its two ends and blank out mail addresses, numbers, secrets and hosts."""
    return blank_out(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _HEAD_CHARS + _TAIL_CHARS else f"{text[:_HEAD_CHARS]} … {text[-_TAIL_CHARS:]}"


def _redacted(texts: pa.Array) -> pa.Array:
    """`redact` of each text; one that comes again is read once, and one without any sign of a match is only cut."""
    encoded = texts.dictionary_encode()
    has_sign = pc.match_substring_regex(encoded.dictionary, SIGNS).to_pylist()
    pairs = zip(encoded.dictionary.to_pylist(), has_sign, strict=True)
    short = [redact(text) if sign else _cut(text) for text, sign in pairs]
    return pc.take(pa.array(short, pa.string()), encoded.indices)


def sketch_batch(batch: pa.RecordBatch, *, salt: int, unit: Unit | None, content: ContentMode, first_no: int) -> Tables:
    """Turn a canonical batch into the store's tables.

    `unit` is the identity that counts as the account; None takes the first that a record has. `first_no` numbers the
    rows. With `content="none"` the texts are dropped before any key is made of them.
    """
    if content == "none":
        batch = _without_text(batch)
    numbers = np.arange(first_no, first_no + batch.num_rows, dtype=np.int64)
    identities = {name: hash_text(batch.column(name), salt) for name in _IDENTITIES}
    account = _account(identities, unit)
    made = [sketch.compute(batch, salt) for sketch in sketches()]
    columns: dict[str, pa.Array] = {
        "exchange_no": pa.array(numbers),
        "record_key": pa.array(hash_text(batch.column("record_id"), salt)),
        "account_key": pa.array(account),
        **{
            f"{name.removesuffix('_id')}_identity": pa.array(values)
            for name, values in identities.items()
            if name != "account_id"
        },
        "session_key": pa.array(hash_text(batch.column("session_id"), salt)),
        "source": batch.column("source"),
        "model": batch.column("request_model"),
        **{name: batch.column(name) for name in _KEPT},
        "has_text": pa.array(batch.column("prompt_text").is_valid().to_numpy(zero_copy_only=False).astype(np.int64)),
        **{name: values for one in made for name, values in one.columns.items()},
    }
    keys = _in_order([one.keys for one in made if one.keys is not None and len(one.keys.row)])
    key_table = pa.table([keys.kind, keys.key, account[keys.row], numbers[keys.row]], schema=KEY_SCHEMA)
    return Tables(
        pa.table(columns), key_table, _names(batch, identities, account, unit), _excerpts(batch, numbers, content)
    )


def _in_order(made: list[Keys]) -> Keys:
    """All keys in order of the exchange, which compresses far better; each sketch gives its own in order already."""
    if len(made) == 1:
        return made[0]
    kind, row, key = (
        np.concatenate([*columns, empty])
        for columns, empty in zip(zip(*made, strict=True) if made else ((), (), ()), _NO_KEYS, strict=True)
    )
    order = np.argsort(row, kind="stable")
    return Keys(kind[order], row[order], key[order])


def _without_text(batch: pa.RecordBatch) -> pa.RecordBatch:
    for name in _TEXTS:
        place = batch.schema.get_field_index(name)
        batch = batch.set_column(
            place, batch.schema.field(place), pa.nulls(batch.num_rows, batch.schema.field(place).type)
        )
    return batch


def _account(identities: dict[Unit, npt.NDArray[np.int64]], unit: Unit | None) -> npt.NDArray[np.int64]:
    if unit is not None:
        return identities[unit]
    out = np.zeros_like(identities["account_id"])
    for name in _FALLBACK:
        out = np.where(out == 0, identities[name], out)
    return out


def _names(
    batch: pa.RecordBatch,
    identities: dict[Unit, npt.NDArray[np.int64]],
    account: npt.NDArray[np.int64],
    unit: Unit | None,
) -> pa.Table:
    """Remember which text stands behind each account key, so that a result can name the account."""
    found: list[pa.Table] = []
    for name in (unit,) if unit else _FALLBACK:
        mine = np.flatnonzero((identities[name] == account) & (account != 0))
        keys, first = np.unique(account[mine], return_index=True)
        texts = batch.column(name).cast(pa.string()).take(pa.array(mine[first]))
        found.append(
            pa.table([pa.array(["account"] * len(keys), pa.string()), pa.array(keys), texts], schema=NAME_SCHEMA)
        )
    found.extend(_names_of(batch, identities, name) for name in ("org_id", "api_key_id"))
    return pa.concat_tables(found)


def _names_of(batch: pa.RecordBatch, identities: dict[Unit, npt.NDArray[np.int64]], name: Unit) -> pa.Table:
    """What one identity is called: organisations in reports, ids of API keys where standings are published."""
    keys, first = np.unique(identities[name], return_index=True)
    first, keys = first[keys != 0], keys[keys != 0]
    kind = name.removesuffix("_id")
    texts = batch.column(name).cast(pa.string()).take(pa.array(first))
    return pa.table([pa.array([kind] * len(keys), pa.string()), pa.array(keys), texts], schema=NAME_SCHEMA)


def _excerpts(batch: pa.RecordBatch, numbers: npt.NDArray[np.int64], content: ContentMode) -> pa.Table:
    if content == "none":
        return EXCERPT_SCHEMA.empty_table()
    if content == "full":
        return pa.table(
            [
                pa.array(numbers),
                batch.column("system_text").cast(pa.string()),
                batch.column("prompt_text").cast(pa.string()),
            ],
            schema=EXCERPT_SCHEMA,
        )
    chosen = np.flatnonzero(numbers % _EXCERPT_SHARE == 0)
    redacted = [_redacted(batch.column(name).take(pa.array(chosen))) for name in ("system_text", "prompt_text")]
    return pa.table([pa.array(numbers[chosen]), *redacted], schema=EXCERPT_SCHEMA)
