from __future__ import annotations

import pyarrow as pa
import pytest

from stillwatch.logs.flow_format import Kind
from stillwatch.logs.flow_values import json_type, protocol_numbers, values_of


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (Kind.ISO, ["2026-03-01T09:00:00.250", "2026-03-01 09:00:00.25Z"], [1772355600250000000] * 2),
        (Kind.ISO, ["2026-03-01T10:00:00+01:00", "2026-03-01T04:30:00-0430"], [1772355600000000000] * 2),
        (Kind.ISO, ["2026-03-01 09:00:00.123456789 UTC", "yesterday", None], [1772355600123456789, None, None]),
        (Kind.SECONDS, [1772355600.25, None], [1772355600250000000, None]),
        (Kind.SECONDS_TEXT, ["1772355600.250000", "-"], [1772355600250000000, None]),
        (Kind.MILLISECONDS, [1772355600250], [1772355600250000000]),
        (Kind.COUNT, [7, None], [7, None]),
        (Kind.COUNT_TEXT, ["7", "7.0", "seven", "", " 8 "], [7, 7, None, None, 8]),
        (Kind.DECIMAL, [51036.0], [51036]),
        (Kind.TEXT, ["a", None], ["a", None]),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Kind) else "",
)
def test_each_kind_in_one_form(kind: Kind, values: list[object], expected: list[object]) -> None:
    assert values_of(pa.chunked_array([values]), kind).to_pylist() == expected


def test_text_of_any_kind_is_read_as_its_number() -> None:
    column = pa.chunked_array([["1772355600", "51036"]])
    assert values_of(column, Kind.MICROSECONDS).to_pylist() == [1772355600000, 51036000]
    assert values_of(pa.chunked_array([["4.25"]]), Kind.SECONDS).to_pylist() == [4250000000]


def test_protocols_have_one_name() -> None:
    column = pa.chunked_array([["TCP", "6", "udp", "ipv6-icmp", "sctp", None]])
    assert protocol_numbers(column).to_pylist() == ["6", "6", "17", "58", "sctp", None]


def test_what_json_holds() -> None:
    assert [json_type(kind) for kind in (Kind.COUNT, Kind.SECONDS, Kind.ISO)] == [pa.int64(), pa.float64(), pa.string()]
