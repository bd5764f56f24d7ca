"""Values of flow logs, by columns: counts, times and protocols in one form each; what is none is null."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.flow_format import Kind

_NUMBER: Final = r"^-?\d{1,18}(\.\d+)?$"
_PROTOCOLS: Final = {"icmp": "1", "tcp": "6", "udp": "17", "gre": "47", "esp": "50", "ipv6-icmp": "58", "icmp6": "58"}
"""Names → numbers (IANA): observers that write one and those that write the other saw the same flow."""
_JSON: Final = {
    Kind.TEXT: pa.string(),
    Kind.ISO: pa.string(),
    Kind.COUNT_TEXT: pa.string(),
    Kind.SECONDS_TEXT: pa.string(),
    Kind.SECONDS: pa.float64(),
    Kind.DECIMAL: pa.float64(),
}
_UNITS: Final = {
    Kind.NANOSECONDS: 1,
    Kind.MICROSECONDS: 10**3,
    Kind.MILLISECONDS: 10**6,
    Kind.SECONDS: 10**9,
    Kind.SECONDS_TEXT: 10**9,
}
_LEAST_FRACTION_NS: Final = 1000
"""A double holds seconds since 1970 to the microsecond, no finer."""


def json_type(kind: Kind) -> pa.DataType:
    """The type that JSON's reader is to expect."""
    return _JSON.get(kind, pa.int64())


def values_of(column: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    """A column in the form of `FLOW_SCHEMA`: text, or int64; times in ns. Text of any kind is read as its numbers."""
    if kind is Kind.TEXT:
        return column.cast(pa.string())
    if kind is Kind.ISO:
        return _moments(column.cast(pa.string()))
    if kind in (Kind.SECONDS, Kind.SECONDS_TEXT):
        return _seconds(_numbers(column, pa.float64()))
    whole = _numbers(column, pa.int64())
    unit = _UNITS.get(kind, 1)
    return pc.multiply(whole, unit) if unit > 1 else whole


def protocol_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Protocols by number, as text; names that are not known stay."""
    lowered = pc.utf8_lower(column)
    known = pa.array(list(_PROTOCOLS), pa.string())
    numbers = pa.array(list(_PROTOCOLS.values()), pa.string())
    return pc.coalesce(pc.take(numbers, pc.index_in(lowered, value_set=known)), lowered)


def _numbers(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        trimmed = pc.utf8_trim_whitespace(column)
        is_number = pc.match_substring_regex(trimmed, _NUMBER)
        trimmed = pc.if_else(is_number, trimmed, pa.scalar(None, trimmed.type))
        if pa.types.is_integer(wanted):
            trimmed = pc.replace_substring_regex(trimmed, r"\..*$", "")
        return trimmed.cast(wanted)
    return pc.cast(column, wanted, safe=False)


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    per_second = 10**9 // _LEAST_FRACTION_NS
    scaled = pc.round(pc.multiply(column, float(per_second)))
    return pc.multiply(pc.cast(scaled, pa.int64(), safe=False), _LEAST_FRACTION_NS)


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Nanoseconds of ISO text with or without zone, with a T or a space, to nine digits of a second."""
    shape = r"^(?P<day>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d:\d\d)(?P<part>\.\d{1,9})?\d*(?P<zone>Z|[+-]\d\d:?\d\d)?$"
    parts = pc.extract_regex(pc.utf8_trim_whitespace(pc.replace_substring(column, " UTC", "Z")), shape)
    day, time, part, zone = (pc.struct_field(parts, name) for name in ("day", "time", "part", "zone"))
    text = pc.binary_join_element_wise(day, time, "T")
    whole = pc.strptime(text, format="%Y-%m-%dT%H:%M:%S", unit="s", error_is_null=True).cast(pa.int64())
    fraction = _numbers(pc.utf8_rpad(pc.utf8_ltrim(part, "."), 9, "0"), pa.int64())
    return pc.add(pc.multiply(pc.subtract(whole, _offset_s(zone)), 10**9), pc.fill_null(fraction, 0))


def _offset_s(zone: pa.ChunkedArray) -> pa.ChunkedArray:
    shape = r"^(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)$"
    parts = pc.extract_regex(zone, shape)
    hours, minutes = (_numbers(pc.struct_field(parts, name), pa.int64()) for name in ("hours", "minutes"))
    seconds = pc.add(pc.multiply(hours, 3600), pc.multiply(minutes, 60))
    is_west = pc.equal(pc.struct_field(parts, "sign"), "-")
    return pc.fill_null(pc.if_else(is_west, pc.negate(seconds), seconds), 0)
