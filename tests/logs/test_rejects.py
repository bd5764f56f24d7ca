"""Counting rejects, and showing them safely."""

from __future__ import annotations

import pytest

from stillwatch.logs.rejects import EXAMPLES_KEPT, Example, RejectLog, Rejects, excerpt


def rejects(*reasons: str) -> Rejects:
    log = RejectLog()
    for line, reason in enumerate(reasons, 1):
        log.add(reason, path="a.jsonl", line=line, record=b"{")
    return log.rejects()


def test_counts_every_reject_and_keeps_the_first_examples() -> None:
    found = rejects(*["not JSON"] * 8)
    assert found.counts == {"not JSON": 8}
    assert found.examples == {"not JSON": tuple(Example("a.jsonl", line, "{") for line in range(1, EXAMPLES_KEPT + 1))}


def test_addition_sums_counts_and_keeps_both_operands() -> None:
    one, two = rejects("a", "b"), rejects("b")
    both = one + two
    assert (both.counts, both.total) == ({"a": 1, "b": 2}, 3)
    assert (one.counts, two.counts) == ({"a": 1, "b": 1}, {"b": 1})
    assert Rejects() + one == one == one + Rejects()


def test_a_hostile_log_cannot_grow_the_reasons_without_end() -> None:
    found = rejects(*(f"bad value {number}" for number in range(1000)))
    assert len(found.counts) <= 201
    assert found.total == 1000


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (b"\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("a\nb", "a\\nb"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
        (b"x" * 500, "x" * 159 + "…"),
    ],
)
def test_an_excerpt_is_short_and_prints(record: bytes | str, shown: str) -> None:
    assert excerpt(record) == shown
