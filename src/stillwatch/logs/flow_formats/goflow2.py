"""goflow2's JSON, versions 1 and 2, out of NetFlow, IPFIX or sFlow.

Markers: `sampler_address` or `SamplerAddress`, beside `bytes` or `Bytes`.

Traps: counts are of the packets that were looked at, `sampling_rate` is the one in so many, and 0 where nobody said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


def _matches(record: Record) -> bool:
    return ("sampler_address" in record and "bytes" in record) or ("SamplerAddress" in record and "Bytes" in record)


_FLOW: Final = {
    "source_address": "10.0.3.7",
    "target_address": "192.0.2.9",
    "source_port": 51036,
    "target_port": 443,
    "protocol": "6",
    "start_at": 1772355600000000000,
    "end_at": 1772355604000000000,
    "sent_bytes": 1500,
    "sent_packets": 1,
    "observer": "10.0.0.1",
    "sampling": 100,
}

FORMAT: Final = FlowFormat(
    name="goflow2",
    title="goflow2 JSON",
    matches=_matches,
    fields={
        "source_address": (Field("src_addr", Kind.TEXT), Field("SrcAddr", Kind.TEXT)),
        "target_address": (Field("dst_addr", Kind.TEXT), Field("DstAddr", Kind.TEXT)),
        "source_port": (Field("src_port", Kind.COUNT), Field("SrcPort", Kind.COUNT)),
        "target_port": (Field("dst_port", Kind.COUNT), Field("DstPort", Kind.COUNT)),
        "protocol": (Field("proto", Kind.TEXT), Field("Proto", Kind.COUNT)),
        "start_at": (
            Field("time_flow_start_ns", Kind.NANOSECONDS),
            Field("time_flow_start", Kind.SECONDS),
            Field("TimeFlowStart", Kind.SECONDS),
            Field("time_received_ns", Kind.NANOSECONDS),
            Field("TimeReceived", Kind.SECONDS),
        ),
        "end_at": (
            Field("time_flow_end_ns", Kind.NANOSECONDS),
            Field("time_flow_end", Kind.SECONDS),
            Field("TimeFlowEnd", Kind.SECONDS),
        ),
        "sent_bytes": (Field("bytes", Kind.COUNT), Field("Bytes", Kind.COUNT)),
        "sent_packets": (Field("packets", Kind.COUNT), Field("Packets", Kind.COUNT)),
        "observer": (Field("sampler_address", Kind.TEXT), Field("SamplerAddress", Kind.TEXT)),
        "sampling": (Field("sampling_rate", Kind.COUNT), Field("SamplingRate", Kind.COUNT)),
    },
    cases=(
        FlowCase(
            name="version 2",
            records=(
                {
                    "type": "SFLOW_5",
                    "time_received_ns": 1772355605000000000,
                    "sampling_rate": 100,
                    "sampler_address": "10.0.0.1",
                    "time_flow_start_ns": 1772355600000000000,
                    "time_flow_end_ns": 1772355604000000000,
                    "bytes": 1500,
                    "packets": 1,
                    "src_addr": "10.0.3.7",
                    "dst_addr": "192.0.2.9",
                    "etype": "IPv4",
                    "proto": "TCP",
                    "src_port": 51036,
                    "dst_port": 443,
                },
            ),
            flows=(_FLOW,),
        ),
        FlowCase(
            name="version 1",
            records=(
                {
                    "Type": "NETFLOW_V9",
                    "TimeReceived": 1772355605,
                    "SamplingRate": 0,
                    "SamplerAddress": "10.0.0.1",
                    "TimeFlowStart": 1772355600,
                    "TimeFlowEnd": 1772355604,
                    "Bytes": 1500,
                    "Packets": 1,
                    "SrcAddr": "10.0.3.7",
                    "DstAddr": "192.0.2.9",
                    "Proto": 6,
                    "SrcPort": 51036,
                    "DstPort": 443,
                },
            ),
            flows=({**_FLOW, "sampling": 0},),
        ),
    ),
)
