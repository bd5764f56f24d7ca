"""pmacct's JSON, as nfacctd, sfacctd and pmacctd print it, or send it to Kafka and RabbitMQ.

Markers: `ip_src` and `ip_dst` beside `bytes`.

Traps: without ports among its primitives one record is the sum of many connections. `sampling_rate` is multiplied in,
so leave `nfacctd_renormalize` off or that primitive out: pmacct does not say in the record which of the two was done.
Times are those of the flow where the primitives have them, else of the bin (`stamp_inserted`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


def _matches(record: Record) -> bool:
    return "ip_src" in record and "ip_dst" in record and "bytes" in record


_RECORD: Final = {
    "event_type": "purge",
    "peer_ip_src": "10.0.0.1",
    "ip_src": "10.0.3.7",
    "ip_dst": "192.0.2.9",
    "port_src": 51036,
    "port_dst": 443,
    "ip_proto": "tcp",
    "timestamp_start": "2026-03-01 09:00:00.250000",
    "timestamp_end": "2026-03-01 09:00:04.250000",
    "packets": 13,
    "bytes": 1131,
    "writer_id": "default_amqp/3",
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
    "observer": "10.0.0.1",
}

FORMAT: Final = FlowFormat(
    name="pmacct",
    title="pmacct JSON",
    matches=_matches,
    fields={
        "source_address": (Field("ip_src", Kind.TEXT),),
        "target_address": (Field("ip_dst", Kind.TEXT),),
        "source_port": (Field("port_src", Kind.COUNT),),
        "target_port": (Field("port_dst", Kind.COUNT),),
        "protocol": (Field("ip_proto", Kind.TEXT),),
        "start_at": (Field("timestamp_start", Kind.ISO), Field("stamp_inserted", Kind.ISO)),
        "end_at": (Field("timestamp_end", Kind.ISO), Field("stamp_updated", Kind.ISO)),
        "sent_bytes": (Field("bytes", Kind.COUNT),),
        "sent_packets": (Field("packets", Kind.COUNT),),
        "observer": (Field("peer_ip_src", Kind.TEXT),),
        "sampling": (Field("sampling_rate", Kind.COUNT),),
    },
    cases=(
        FlowCase(name="times of the flow", records=(_RECORD,), flows=(_FLOW,)),
        FlowCase(
            name="times of the bin, no ports",
            records=(
                {
                    "event_type": "purge",
                    "ip_src": "10.0.3.7",
                    "ip_dst": "192.0.2.9",
                    "stamp_inserted": "2026-03-01 09:00:00",
                    "stamp_updated": "2026-03-01 09:05:01",
                    "packets": 13,
                    "bytes": 1131,
                    "sampling_rate": 1000,
                },
            ),
            flows=(
                {
                    "source_address": "10.0.3.7",
                    "target_address": "192.0.2.9",
                    "start_at": 1772355600000000000,
                    "end_at": 1772355901000000000,
                    "sent_bytes": 1131,
                    "sent_packets": 13,
                    "sampling": 1000,
                },
            ),
        ),
    ),
)
