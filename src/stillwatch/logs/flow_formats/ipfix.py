"""IPFIX as JSON under the names of IANA's information elements, one record a line, as exporters' own tools write it.

Markers: `sourceIPv4Address` or `sourceIPv6Address` beside a count of octets, in the record itself or under `flows`.

Traps: `octetDeltaCount` counts since the last record of the flow, `octetTotalCount` since its beginning: of records of
one flow with totals the largest holds the others. `samplingPacketInterval` (or the older `samplingInterval`) is one
packet in so many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


_DELTA: Final = "octetDeltaCount"
_TOTAL: Final = "octetTotalCount"


def _matches(record: Record) -> bool:
    found = record.get("flows", record)
    has_ends = "sourceIPv4Address" in found or "sourceIPv6Address" in found
    return has_ends and (_DELTA in found or _TOTAL in found)


def _both(name: str, kind: Kind) -> tuple[Field, Field]:
    return Field(name, kind), Field(f"flows/{name}", kind)


def _finish(table: pa.Table) -> pa.Table:
    """The count since the last record where there is one; else the total, marked as such."""
    delta, total = table.column("delta_bytes"), table.column("total_bytes")
    is_total = pc.and_(pc.is_null(delta), pc.is_valid(total)).cast(pa.int64())
    table = table.set_column(table.column_names.index("delta_bytes"), "sent_bytes", pc.coalesce(delta, total))
    return table.drop_columns(["total_bytes"]).append_column("is_total", is_total)


_RECORD: Final = {
    "flowStartMilliseconds": "2026-03-01T09:00:00.250Z",
    "flowEndMilliseconds": "2026-03-01T09:00:04.250Z",
    "sourceIPv4Address": "10.0.3.7",
    "destinationIPv4Address": "192.0.2.9",
    "sourceTransportPort": 51036,
    "destinationTransportPort": 443,
    "protocolIdentifier": 6,
    "octetTotalCount": 1131,
    "packetTotalCount": 13,
    "reverseOctetTotalCount": 90,
    "reversePacketTotalCount": 2,
}
_FLOW: Final = {
    "source_address": "10.0.3.7",
    "target_address": "192.0.2.9",
    "source_port": 51036,
    "target_port": 443,
    "protocol": "6",
    "start_at": 1772355600250000000,
    "end_at": 1772355604250000000,
    "sent_bytes": 1131,
    "sent_packets": 13,
}

FORMAT: Final = FlowFormat(
    name="ipfix",
    title="IPFIX as JSON",
    matches=_matches,
    fields={
        "source_address": (*_both("sourceIPv4Address", Kind.TEXT), *_both("sourceIPv6Address", Kind.TEXT)),
        "target_address": (*_both("destinationIPv4Address", Kind.TEXT), *_both("destinationIPv6Address", Kind.TEXT)),
        "source_port": _both("sourceTransportPort", Kind.COUNT),
        "target_port": _both("destinationTransportPort", Kind.COUNT),
        "protocol": _both("protocolIdentifier", Kind.COUNT),
        "start_at": (*_both("flowStartMilliseconds", Kind.ISO), *_both("flowStartSeconds", Kind.ISO)),
        "end_at": (*_both("flowEndMilliseconds", Kind.ISO), *_both("flowEndSeconds", Kind.ISO)),
        "delta_bytes": _both(_DELTA, Kind.COUNT),
        "total_bytes": _both(_TOTAL, Kind.COUNT),
        "sent_packets": (*_both("packetDeltaCount", Kind.COUNT), *_both("packetTotalCount", Kind.COUNT)),
        "back_bytes": (*_both("reverseOctetDeltaCount", Kind.COUNT), *_both("reverseOctetTotalCount", Kind.COUNT)),
        "back_packets": (*_both("reversePacketDeltaCount", Kind.COUNT), *_both("reversePacketTotalCount", Kind.COUNT)),
        "observer": (*_both("exporterIPv4Address", Kind.TEXT), *_both("observationDomainId", Kind.COUNT)),
        "sampling": (*_both("samplingPacketInterval", Kind.COUNT), *_both("samplingInterval", Kind.COUNT)),
    },
    finish=_finish,
    cases=(
        FlowCase(
            name="totals under `flows`",
            records=({"flows": _RECORD},),
            flows=({**_FLOW, "back_bytes": 90, "back_packets": 2, "is_total": 1},),
        ),
        FlowCase(
            name="counts since the last record, sampled",
            records=(
                {
                    **{name: value for name, value in _RECORD.items() if "Total" not in name},
                    "octetDeltaCount": 1131,
                    "packetDeltaCount": 13,
                    "samplingPacketInterval": 1000,
                    "exporterIPv4Address": "10.0.0.1",
                },
            ),
            flows=({**_FLOW, "sampling": 1000, "observer": "10.0.0.1"},),
        ),
    ),
)
