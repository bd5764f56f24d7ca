"""Proposals are mapping files that load and read."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.logs.mapping import mapping_format, parse_mapping
from stillwatch.logs.propose_mapping import propose_mapping

RECORD: dict[str, Any] = {
    "requestId": "r-1",
    "createdAt": "2026-03-01T09:00:00Z",
    "user": {"id": "u-1", "account_id": "acct-1"},
    "body": {"model": "small", "messages": [{"role": "user", "content": "Why?"}]},
    "answer": "So.",
    "usage": {"prompt_tokens": 3, "completion_tokens": 5},
    "status": 200,
    "clientIp": "192.0.2.1",
    "user-agent": "client/1",
    "weird": None,
}


def test_names_and_shapes_are_recognised() -> None:
    proposal = propose_mapping([RECORD])
    (row,) = mapping_format(parse_mapping(proposal)).read(RECORD)
    assert isinstance(row, dict)
    assert (
        row.items()
        >= {
            "record_id": "r-1",
            "started_at": 1_772_355_600_000_000_000,
            "account_id": "acct-1",
            "prompt_text": "Why?",
            "reply_text": "So.",
            "request_model": "small",
            "input_tokens": 3,
            "output_tokens": 5,
            "status_code": 200,
            "client_address": "192.0.2.1",
            "user_agent": "client/1",
        }.items()
    )


def test_without_a_time_the_reader_is_told() -> None:
    assert "no field looks like a time" in propose_mapping([{"question": "Why?"}])


keys = st.sampled_from(["time", "user", "prompt", 'a"b', "a\nb", "ключ", "model", "\x7f"]) | st.text(max_size=5)
values = st.none() | st.integers() | st.text(max_size=20) | st.dictionaries(keys, st.text(max_size=5), max_size=3)


@given(st.lists(st.dictionaries(keys, values, max_size=5), max_size=5))
def test_a_proposal_is_always_toml(records: list[dict[str, Any]]) -> None:
    parse_mapping(propose_mapping([*records, {"started_at": 1772355600}] * 3))
