"""Mapping files: what they read, and what they refuse."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from log_factory import json_lines, reasons_in, written

from stillwatch.core.errors import InputError
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.mapping import load_mapping, mapping_format, parse_mapping
from stillwatch.logs.parse import parse_block

if TYPE_CHECKING:
    from pathlib import Path

TIME = 'started_at = "ts"\n'
START = 1_772_355_600_000_000_000


def read(toml: str, record: dict[str, Any]) -> dict[str, Any]:
    (row,) = mapping_format(parse_mapping(TIME + toml)).read({"ts": 1772355600, **record})
    assert isinstance(row, dict)
    assert (row.pop("source"), row.pop("started_at")) == ("mapping", START)
    return row


@pytest.mark.parametrize(
    ("toml", "record", "row"),
    [
        ('account_id = "u.id"', {"u": {"id": 7}}, {"account_id": "7"}),
        ('account_id = ["u", "v"]', {"v": "x"}, {"account_id": "x"}),
        ('provider = { constant = "p" }', {}, {"provider": "p"}),
        ('input_tokens = "n"', {"n": "12"}, {"input_tokens": 12}),
        ('cost_usd = "n"', {"n": "0.5"}, {"cost_usd": 0.5}),
        ('is_batch = "n"', {"n": "true"}, {"is_batch": True}),
        ('status_code = "n"', {"n": "no number"}, {}),
        ('finish_reasons = "n"', {"n": ["stop", "length"]}, {"finish_reasons": "stop,length"}),
        ('params = "p"', {"p": {"top_p": 1, "a": 2}}, {"params": '{"a":2,"top_p":1}'}),
        ('prompt_text = "q"', {"q": "Why?", "rest": 1}, {"prompt_text": "Why?", "extra": '{"rest":1}'}),
        ('reply_text = "r"', {"r": {"choices": [{"message": {"content": "So."}}]}}, {"reply_text": "So."}),
    ],
)
def test_columns(toml: str, record: dict[str, Any], row: dict[str, Any]) -> None:
    assert read(toml, record) == row


MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]


@pytest.mark.parametrize(
    ("toml", "record"),
    [
        ('messages = "m"', {"m": MESSAGES}),
        ('messages = "m"\nsystem = "s"', {"m": MESSAGES[1:], "s": "Be brief."}),
        ('prompt_text = "m"', {"m": MESSAGES}),
        ('request = "body"', {"body": {"messages": MESSAGES}}),
    ],
)
def test_a_conversation_fills_all_about_it(toml: str, record: dict[str, Any]) -> None:
    row = read(toml, record)
    assert (row["system_text"], row["prompt_text"], row["turn"]) == ("Be brief.", "Why?", 1)
    assert row["chain_self"] != 0


def test_bodies_fill_what_no_column_says() -> None:
    toml = 'request = "q"\nresponse = "r"\nrequest_model = "m"'
    request = {"model": "ignored", "messages": MESSAGES, "temperature": 0.5}
    reply = {"id": "r1", "choices": [{"message": {"content": "So."}}], "usage": {"prompt_tokens": 3}}
    row = read(toml, {"m": "mine", "q": request, "r": reply})
    wanted = {"request_model": "mine", "params": '{"temperature":0.5}', "reply_text": "So.", "input_tokens": 3}
    assert row.items() >= {**wanted, "response_id": "r1"}.items()


@pytest.mark.parametrize(("unit", "value"), [("s", 1772355600), ("ms", "1772355600000"), ("us", 1772355600000000)])
def test_time_units(unit: str, value: Any) -> None:
    (row,) = mapping_format(parse_mapping(f'{TIME}time_unit = "{unit}"')).read({"ts": value})
    assert isinstance(row, dict)
    assert row["started_at"] == START


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("account_id = 'a'", r"the time of the request is not mapped \(say where"),
        (
            TIME + "acount_id = 'a'",
            r"map.toml:2: 'acount_id' is no column of an exchange \(did you mean 'account_id'\?\)",
        ),
        (TIME + "account_id = 3", r"map.toml:2: 'account_id' names no path"),
        (TIME + "account_id = []", r"map.toml:2: 'account_id' names no path"),
        (TIME + "provider = { const = 'a' }", r"map.toml:2: 'provider' names no path"),
        (TIME + "time_unit = 'h'", r"map.toml:2: unknown time unit 'h' \(one of: s, ms, us, ns\)"),
        ("a = ", r"map.toml: no TOML"),
    ],
)
def test_errors_name_the_line_and_the_mend(toml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_mapping(toml, "map.toml")


def test_a_log_is_read_through_a_mapping_file(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, (TIME + 'prompt_text = "q"').encode(), "map.toml"))
    content = json_lines({"ts": 1772355600, "q": "Why?"}, {"q": "timeless"}, {"ts": "never", "q": "x"})
    (block,) = open_blocks(written(tmp_path, content))
    parsed = parse_block(block, None, pickle.loads(pickle.dumps(mapping)))  # noqa: S301 - our own bytes
    assert parsed.batches[0].column("prompt_text").to_pylist() == ["Why?"]
    assert reasons_in([parsed]) == {"no start time": 2}
