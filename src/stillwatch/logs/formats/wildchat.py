"""WildChat: published conversations with hashed addresses, one row a conversation.

Written by: the WildChat releases (Parquet, JSON Lines). Each user turn is one exchange.

Markers: `conversation_hash` and `conversation[]`.

Account: the hashed address of the turn, for want of any account; people behind one address are one account.

Traps: a turn's `timestamp` may stand on the reply alone. `country` is derived from the address. Only `accept-language`
and the user agent of the headers are kept by the publisher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format
from stillwatch.logs.published import Exchange, exchanges_of
from stillwatch.logs.times import time_ns
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.parameters import parameters_json
from stillwatch.wire.usage import read_usage
from stillwatch.wire.values import first_text, mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row


def _matches(record: Record) -> bool:
    return "conversation_hash" in record and "conversation" in record


def _read(record: Record) -> Iterator[Row]:
    key = text(record.get("conversation_hash"))
    for exchange in exchanges_of(sequence(record.get("conversation"))):
        started = _time(exchange.asked, exchange.answered, record)
        if started is None:
            raise ValueError("no start time")
        yield (
            exchange.row
            | _turn(exchange, record)
            | {
                "record_id": f"{key}:{exchange.row['turn']}",
                "source": "wildchat",
                "started_at": started,
                "conversation_id": key,
            }
        )


def _time(asked: dict[str, Any], answered: dict[str, Any], record: Record) -> int | None:
    times = (time_ns(holder.get("timestamp")) for holder in (asked, answered, record))
    return next((found for found in times if found is not None), None)


def _turn(exchange: Exchange, record: Record) -> Row:
    asked, answered = exchange.asked, exchange.answered
    address = first_text(asked.get("hashed_ip"), answered.get("hashed_ip"), record.get("hashed_ip"))
    header = mapping(asked.get("header")) or mapping(record.get("header"))
    sampled = {name: answered.get(name) for name in ("temperature", "top_p")}
    usage = read_usage(answered.get("usage"))
    return {
        **usage._asdict(),
        "account_id": address,
        "client_address": address,
        "user_agent": text(header.get("user-agent")),
        "country": first_text(asked.get("country"), record.get("country")),
        "request_model": text(record.get("model")),
        "response_id": text(answered.get("openai_id")),
        "params": parameters_json(sampled),
    }


_TALK: Final = {
    "conversation_hash": "talk-1",
    "model": "model-large",
    "timestamp": "2026-03-01T09:05:00",
    "conversation": [
        {
            "role": "user",
            "content": "Why?",
            "hashed_ip": "address-1",
            "country": "New Zealand",
            "header": {"user-agent": "browser/1.0", "accept-language": "en"},
            "timestamp": None,
        },
        {"role": "assistant", "content": "Because.", "timestamp": "2026-03-01T09:00:00", "temperature": 0.7},
        {"role": "user", "content": "Why so?", "hashed_ip": "address-1", "header": {"user-agent": "browser/1.0"}},
    ],
}
_FIRST: Final = {
    "record_id": "talk-1:1",
    "source": "wildchat",
    "started_at": 1772355600000000000,
    "account_id": "address-1",
    "conversation_id": "talk-1",
    "client_address": "address-1",
    "user_agent": "browser/1.0",
    "country": "New Zealand",
    "operation": "chat",
    "request_model": "model-large",
    "params": '{"temperature":0.7}',
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
}
_SECOND: Final = {
    "record_id": "talk-1:2",
    "source": "wildchat",
    "started_at": 1772355900000000000,
    "account_id": "address-1",
    "conversation_id": "talk-1",
    "client_address": "address-1",
    "user_agent": "browser/1.0",
    "operation": "chat",
    "request_model": "model-large",
    "prompt_text": "Why so?",
    "turn": 2,
    "chain_self": chain_hash([("user", "Why?"), ("assistant", "Because."), ("user", "Why so?")]),
    "chain_parent": chain_hash([("user", "Why?")]),
}

FORMAT: Final = Format(
    name="wildchat",
    title="WildChat conversations",
    matches=_matches,
    read=_read,
    cases=(Case(name="two user turns", records=(_TALK,), rows=(_FIRST, _SECOND)),),
    account_hint="The hashed address is taken for the account; the data set has no other.",
)
