"""No record makes a reader crash: it yields rows that fit the canonical schema, or raises ValueError."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.logs.format import Format, Part
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.shelf import formats


def nested(depth: int) -> Any:
    value: Any = "deep"
    for level in range(depth):
        value = [{"content" if level % 2 else "parts": value}]
    return value


HOSTILE = st.sampled_from(
    [
        None,
        "",
        0,
        -1,
        True,
        2**63,
        -(2**200),
        10**400,
        1e308,
        float("nan"),
        float("inf"),
        [],
        {},
        [[]],
        [None, 1, {}],
        {"": None},
        "\ud800lone",
        "paired \ud83d\ude00",
        b"bytes\xff",
        "{",
        "[1,",
        '{"role":"user","content":["\\ud800"]}',
        "[" * 5000,
        "9" * 5000,
        "9999-12-31T23:59:59Z",
        "019ca8b4-zzzz-7000-8000-000000000001",
        nested(200),
        {"role": ["user"], "content": {"text": {"text": 1}}},
        [{"role": "user", "content": [{"type": ["text"], "text": 1}, {"type": "thinking", "signature": 3}]}],
        [{"type": {}}, {"role": {}}, {"parts": 1}, {"content": [None]}],
        {"choices": [{"message": 1}, None], "usage": {"prompt_tokens": "x", "prompt_tokens_details": []}},
    ]
)


@st.composite
def mutated(draw: Any, value: Any) -> Any:
    """The value with fields deleted, reordered, retyped or replaced, at every level."""
    choice = draw(st.integers(0, 9))
    if choice == 0:
        return draw(HOSTILE)
    if isinstance(value, dict):
        names = draw(st.permutations(list(value))) if choice == 1 else list(value)
        kept = [name for name in names if not (choice == 2 and draw(st.booleans()))]
        return {name: draw(mutated(value[name])) for name in kept}
    if isinstance(value, (list, tuple)):
        return [draw(mutated(item)) for item in value] * (2 if choice == 3 else 1)
    return [value] if choice == 4 else value


SEEDS = [
    pytest.param(found, record, id=f"{found.name}: {case.name} {place}")
    for found in formats()
    for case in found.cases
    for place, record in enumerate(case.records)
]


def check(declared: Format, record: Any) -> None:
    rows: list[dict[str, Any]] = []
    try:
        for item in declared.read(record):
            if isinstance(item, Part):
                item.key.encode()
                for piece in item.text_pieces.values():
                    piece.encode()
                pieces = item.text_pieces
                rows.append(declared.finish(item.row, pieces) if declared.finish else item.row)
            else:
                rows.append(item)
    except ValueError:
        return
    lay_out(rows).batch.validate(full=True)


@pytest.mark.parametrize(("declared", "record"), SEEDS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_mutated_record_gives_rows_or_value_error(declared: Format, record: Any, data: st.DataObject) -> None:
    found = data.draw(mutated(record))
    if not isinstance(found, dict):
        found = {"_line": found}
    declared.matches(found)
    check(declared, found)


@pytest.mark.parametrize("declared", formats(), ids=lambda found: found.name)
def test_each_field_takes_each_hostile_value(declared: Format) -> None:
    hostile = HOSTILE.elements
    for case in declared.cases:
        for record in case.records:
            for name in record:
                for value in hostile:
                    changed = {**record, name: value}
                    declared.matches(changed)
                    check(declared, changed)
