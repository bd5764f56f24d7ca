"""Flows as Elastic's common schema has them (Filebeat, Packetbeat, ElastiFlow), and in ElastiFlow's own flat names.

Markers: `source.ip` and `destination.ip`, nested or with dots in the name, beside `network.bytes` or `source.bytes`; or
`flow.src.ip.addr` beside `flow.bytes`.

Traps: `network.bytes` is both ways together, and is taken only where `source.bytes` is missing, as exporters of one way
leave it. Both collectors have multiplied by the sampling rate where they knew it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


def _matches(record: Record) -> bool:
    if "flow.src.ip.addr" in record:
        return "flow.bytes" in record
    if "source.ip" in record:
        return "destination.ip" in record and ("network.bytes" in record or "source.bytes" in record)
    ends = record.get("source", {}), record.get("destination", {})
    has_bytes = "bytes" in ends[0] or "bytes" in record.get("network", {})
    return "ip" in ends[0] and "ip" in ends[1] and has_bytes


def _both(path: str, kind: Kind) -> tuple[Field, Field]:
    return Field(path, kind), Field(path.replace("/", "."), kind)


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
_NESTED: Final = {
    "@timestamp": "2026-03-01T09:00:05.000Z",
    "event": {"start": "2026-03-01T09:00:00.250Z", "end": "2026-03-01T09:00:04.250Z", "duration": 4000000000},
    "source": {"ip": "10.0.3.7", "port": 51036, "bytes": 1131, "packets": 13},
    "destination": {"ip": "192.0.2.9", "port": 443, "bytes": 90, "packets": 2},
    "network": {"transport": "tcp", "bytes": 1221},
    "observer": {"ip": ["10.0.0.1"]},
}
_DOTTED: Final = {
    "source.ip": "10.0.3.7",
    "source.port": 51036,
    "destination.ip": "192.0.2.9",
    "destination.port": 443,
    "network.transport": "tcp",
    "network.bytes": 1131,
    "network.packets": 13,
    "event.start": "2026-03-01T09:00:00.250Z",
    "event.end": "2026-03-01T09:00:04.250Z",
    "netflow.exporter.address": "10.0.0.1:2055",
}
_CODEX: Final = {
    "@timestamp": 1772355605000,
    "flow.src.ip.addr": "10.0.3.7",
    "flow.src.l4.port.id": 51036,
    "flow.dst.ip.addr": "192.0.2.9",
    "flow.dst.l4.port.id": 443,
    "flow.bytes": 1131,
    "flow.packets": 13,
    "flow.start.timestamp": 1772355600250,
    "flow.end.timestamp": 1772355604250,
    "flow.export.ip.addr": "10.0.0.1",
    "l4.proto.name": "TCP",
}

FORMAT: Final = FlowFormat(
    name="elastic_flow",
    title="Elastic common schema or ElastiFlow",
    matches=_matches,
    fields={
        "source_address": (*_both("source/ip", Kind.TEXT), Field("flow.src.ip.addr", Kind.TEXT)),
        "target_address": (*_both("destination/ip", Kind.TEXT), Field("flow.dst.ip.addr", Kind.TEXT)),
        "source_port": (*_both("source/port", Kind.COUNT), Field("flow.src.l4.port.id", Kind.COUNT)),
        "target_port": (*_both("destination/port", Kind.COUNT), Field("flow.dst.l4.port.id", Kind.COUNT)),
        "protocol": (*_both("network/transport", Kind.TEXT), Field("l4.proto.name", Kind.TEXT)),
        "start_at": (*_both("event/start", Kind.ISO), Field("flow.start.timestamp", Kind.MILLISECONDS)),
        "end_at": (*_both("event/end", Kind.ISO), Field("flow.end.timestamp", Kind.MILLISECONDS)),
        "sent_bytes": (
            *_both("source/bytes", Kind.COUNT),
            *_both("network/bytes", Kind.COUNT),
            Field("flow.bytes", Kind.COUNT),
        ),
        "sent_packets": (
            *_both("source/packets", Kind.COUNT),
            *_both("network/packets", Kind.COUNT),
            Field("flow.packets", Kind.COUNT),
        ),
        "back_bytes": _both("destination/bytes", Kind.COUNT),
        "back_packets": _both("destination/packets", Kind.COUNT),
        "observer": (
            *_both("netflow/exporter/address", Kind.TEXT),
            *_both("agent/id", Kind.TEXT),
            Field("flow.export.ip.addr", Kind.TEXT),
        ),
    },
    cases=(
        FlowCase(name="nested, both ways", records=(_NESTED,), flows=({**_FLOW, "back_bytes": 90, "back_packets": 2},)),
        FlowCase(name="dotted, one way", records=(_DOTTED,), flows=({**_FLOW, "observer": "10.0.0.1:2055"},)),
        FlowCase(name="ElastiFlow's names", records=(_CODEX,), flows=({**_FLOW, "observer": "10.0.0.1"},)),
    ),
)
