"""The fast path for lines gives exactly what the row path gives, for plain lines, odd ones and what is no JSON at all."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.logs.choice import Choice
from stillwatch.logs.containers import Container
from stillwatch.logs.file_blocks import Block
from stillwatch.logs.formats import litellm_payload
from stillwatch.logs.limits import Limits
from stillwatch.logs.line_columns import is_utf8, line_batches, line_spans, numbered_lines
from stillwatch.logs.parse import Parsed, parse_with
from stillwatch.logs.shelf import formats

FORMAT = litellm_payload.FORMAT
SLOW = dataclasses.replace(FORMAT, lines=None)
PAYLOADS = [record for case in FORMAT.cases for record in case.records]

texts = st.one_of(
    st.sampled_from(["", "redacted-by-litellm", "a\nb", 'quote " and \\ back', "täglich 東京 😀", "\x00", "{}", "[1]"]),
    st.text(max_size=12),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2**63), st.floats(allow_nan=False, allow_infinity=False), texts
)
anything = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)), max_leaves=6
)
blocks = st.one_of(
    anything,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "input_text", "image_url", "tool_use", "tool_result", "thinking"])},
        optional={
            "text": texts,
            "content": anything,
            "signature": texts,
            "cache_control": anything,
            "thoughtSignature": texts,
        },
    ),
)
messages = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["user", "assistant", "system", "tool", "developer", "ai", "User", "critic", None]),
        "content": st.one_of(texts, texts, texts, st.none(), st.lists(blocks, max_size=3), anything),
        "name": texts,
        "tool_calls": anything,
        "parts": anything,
        "thinking_blocks": st.lists(blocks, max_size=2),
        "type": st.sampled_from(["message", "reasoning"]),
    },
)
chats = st.one_of(st.lists(messages, max_size=5), st.lists(messages, max_size=5), anything, messages)
counted = st.one_of(st.integers(0, 99), st.integers(0, 99), scalars)
usages = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "prompt_tokens": counted,
            "completion_tokens": counted,
            "input_tokens": counted,
            "prompt_tokens_details": st.one_of(st.none(), st.fixed_dictionaries({}, optional={"cached_tokens": counted})),
            "completion_tokens_details": st.fixed_dictionaries({}, optional={"reasoning_tokens": counted}),
            "cache_read_input_tokens": counted,
        },
    ),
    anything,
)
signed = st.fixed_dictionaries({"type": st.just("thinking")}, optional={"signature": texts, "data": texts})
answers = st.fixed_dictionaries(
    {},
    optional={
        "finish_reason": st.one_of(st.just("stop"), scalars),
        "type": scalars,
        "message": st.fixed_dictionaries(
            {"role": st.just("assistant")},
            optional={
                "content": st.one_of(texts, texts, st.none(), st.lists(blocks, max_size=2)),
                "thinking_blocks": st.one_of(st.none(), st.lists(signed, max_size=2)),
                "reasoning_items": st.one_of(st.none(), st.lists(blocks, max_size=2)),
                "refusal": st.one_of(st.none(), texts),
                "tool_calls": anything,
            },
        ),
    },
)
replies = st.one_of(
    st.fixed_dictionaries(
        {"choices": st.lists(answers, max_size=2)},
        optional={"id": st.one_of(texts, scalars), "model": st.one_of(texts, scalars), "usage": usages},
    ),
    anything,
)
errors = st.one_of(
    st.fixed_dictionaries({}, optional={"error_class": scalars, "error_code": scalars}), st.just({}), anything
)
metadata = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("user_api_key_user_id", "user_api_key_hash", "user_api_key_org_id", "user_agent"), scalars),
            "usage_object": usages,
            "error_information": errors,
            "requester_metadata": anything,
        },
    ),
    anything,
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    plain = {
        "litellm_call_id": "call",
        "model_parameters": {"temperature": 0.5},
        "hidden_params": {},
        "startTime": 1772355600.25,
        "status": "success",
        "metadata": draw(metadata),
        "messages": draw(chats),
        "response": draw(replies),
    }
    odd = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "status": st.one_of(st.just("failure"), scalars),
                "error_information": errors,
                "startTime": st.one_of(st.floats(1, 4e9), scalars),
                "endTime": st.one_of(st.floats(1, 4e9), st.integers(1, 4 * 10**9), scalars),
                "prompt_tokens": counted,
                "completion_tokens": counted,
                "response_cost": scalars,
                "model_parameters": anything,
                "end_user": scalars,
                "call_type": st.sampled_from(["acompletion", "abatch", None]),
                "unheard_of": anything,
                "user_agent": scalars,
            },
        )
    )
    record = plain | odd
    for name in draw(st.sets(st.sampled_from(sorted(record)), max_size=2)):
        if draw(st.booleans()):
            del record[name]
        elif not isinstance(record[name], str):
            record[name] = _dumps(record[name]).decode("utf-8", "replace")
    return record


def _dumps(value: Any) -> bytes:
    return orjson.dumps(value, default=str)


def block_of(data: bytes) -> Block:
    return Block(path=Path("log"), container=Container.JSON_LINES, index=0, first_line=7, digest="", data=data)


def whole(parsed: Parsed) -> Any:
    table = pa.Table.from_batches(parsed.batches).to_pylist() if parsed.batches else []
    return table, parsed.rejects, {k: v for k, v in parsed.exchanges.items() if v}, parsed.records, parsed.empty


def read_both_ways(data: bytes) -> tuple[Any, Any]:
    limits = Limits(max_record_bytes=1 << 16)
    rest = tuple(declared for declared in formats() if declared.name != FORMAT.name)
    fast, slow = (
        parse_with(block_of(data), Choice(first=(declared,), then=rest), limits) for declared in (FORMAT, SLOW)
    )
    return whole(fast), whole(slow)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records(), max_size=4), st.sampled_from([b"\n", b"\r\n", b" \n\n"]))
def test_lines_equal_the_row_path(found: list[dict[str, Any]], end: bytes) -> None:
    fast, slow = read_both_ways(b"".join(_dumps(record) + end for record in found))
    assert fast == slow


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(), st.integers(0, 10**6), st.binary(max_size=3), st.integers(0, 4))
def test_broken_lines_equal_the_row_path(record: dict[str, Any], place: int, put: bytes, cut: int) -> None:
    line = _dumps(record)
    place %= len(line)
    fast, slow = read_both_ways(_dumps(PAYLOADS[0]) + b"\n" + line[:place] + put + line[place + cut :] + b"\n")
    assert fast == slow


ODD_VALUES = [
    b'"\\ud83d\\ude00 \\u00e9 \\u0041"',
    b'"\\ud83d"',
    b'"\\udc00\\ud800"',
    b"NaN",
    b"-0",
    b"01",
    b"1e400",
    b"1.5E+3",
    b"1" * 50,
    b"{ }",
    b"[ ]",
    b'{"role":"user","role":"system","content":"x"}',
    b'[{"role":"user","content":"a","content":"b"}]',
    b'[{"r\\u006fle":"user","content":"a"}]',
    b'[{"role":"user","content":"a"},]',
    b"[" * 200 + b"]" * 200,
    b"[" * 2000 + b"]" * 2000,
    b'"tab\there"',
    b'"bad \\x escape"',
    b"tru",
    b"nulls",
    b'"\xff"',
    b'{"choices":[{"message":{"content":"a"}}],"choices":[]}',
    b'{"choices":[{"message":{"content":"a"}},{"message":{"content":"b"}}]}',
]


@pytest.mark.parametrize("value", ODD_VALUES)
@pytest.mark.parametrize("name", ["messages", "response", "metadata", "error_information", "startTime", "trace_id"])
def test_odd_values_equal_the_row_path(name: str, value: bytes) -> None:
    plain = {field: found for field, found in PAYLOADS[0].items() if field != name}
    line = _dumps(plain)[:-1] + b',"' + name.encode() + b'":' + value + b"}\n"
    fast, slow = read_both_ways(_dumps(PAYLOADS[1]) + b"\n" + line + b"\n" + _dumps(PAYLOADS[0]))
    assert fast == slow


def test_the_cases_of_the_format_are_plain_but_for_their_unknown_field() -> None:
    plain = {name: value for name, value in PAYLOADS[0].items() if name in litellm_payload.KNOWN}
    data = _dumps(plain) + b"\n\n" + _dumps(PAYLOADS[0]) + b"\n"
    (lines,) = line_batches(data, litellm_payload.LINES, Limits())
    assert (lines.numbers.tolist(), lines.others.tolist()) == ([0], [1, 2])
    assert lines.batch.column("startTime").to_pylist() == [1772355600.25]
    assert orjson.loads(lines.batch.column("messages")[0].as_py()) == plain["messages"]
    assert [line for _, line in numbered_lines(data, lines.others, 1)] == [b"", _dumps(PAYLOADS[0])]


def test_spans_of_lines_and_their_encoding() -> None:
    spans = line_spans(b"a\n\nbc")
    assert (spans.starts.tolist(), spans.ends.tolist()) == ([0, 2, 3], [1, 2, 5])
    assert (is_utf8("é".encode()), is_utf8(b"\xff"), is_utf8(b"")) == (True, False, True)
