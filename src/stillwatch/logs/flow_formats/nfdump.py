"""nfdump's JSON, `nfdump -o json` and `-o json-log`, out of NetFlow, IPFIX or sFlow.

Markers: `src4_addr` or `src6_addr` beside `in_bytes`.

Traps: times are local and carry no zone: run nfdump under TZ=UTC. Versions before 1.7 write `t_first` for `first`.
`out_bytes` is the way back, where the exporter tells of both. `sampled` says that a record was sampled and not how
thinly: nfdump has multiplied already where it knew (`-s`, or the exporter's option), so counts stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


def _matches(record: Record) -> bool:
    return ("src4_addr" in record or "src6_addr" in record) and "in_bytes" in record


_RECORD: Final = {
    "type": "FLOW",
    "sampled": 0,
    "export_sysid": 1,
    "first": "2026-03-01T09:00:00.250",
    "last": "2026-03-01T09:00:04.250",
    "received": "2026-03-01T09:00:05.000",
    "in_packets": 13,
    "in_bytes": 1131,
    "proto": 6,
    "tcp_flags": "...AP.SF",
    "src_port": 51036,
    "dst_port": 443,
    "src4_addr": "10.0.3.7",
    "dst4_addr": "192.0.2.9",
    "ip4_router": "10.0.0.1",
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
_OLDER: Final = {name: value for name, value in _RECORD.items() if name not in ("first", "last", "ip4_router")}

FORMAT: Final = FlowFormat(
    name="nfdump",
    title="nfdump -o json",
    matches=_matches,
    fields={
        "source_address": (Field("src4_addr", Kind.TEXT), Field("src6_addr", Kind.TEXT)),
        "target_address": (Field("dst4_addr", Kind.TEXT), Field("dst6_addr", Kind.TEXT)),
        "source_port": (Field("src_port", Kind.COUNT),),
        "target_port": (Field("dst_port", Kind.COUNT),),
        "protocol": (Field("proto", Kind.COUNT),),
        "start_at": (Field("first", Kind.ISO), Field("t_first", Kind.ISO)),
        "end_at": (Field("last", Kind.ISO), Field("t_last", Kind.ISO)),
        "sent_bytes": (Field("in_bytes", Kind.COUNT),),
        "sent_packets": (Field("in_packets", Kind.COUNT),),
        "back_bytes": (Field("out_bytes", Kind.COUNT),),
        "back_packets": (Field("out_packets", Kind.COUNT),),
        "observer": (
            Field("ip4_router", Kind.TEXT),
            Field("ip6_router", Kind.TEXT),
            Field("export_sysid", Kind.COUNT),
        ),
    },
    cases=(
        FlowCase(name="one way", records=(_RECORD,), flows=(_FLOW,)),
        FlowCase(
            name="both ways, as older versions write it",
            records=(
                {
                    **_OLDER,
                    "t_first": "2026-03-01T09:00:00.250",
                    "t_last": "2026-03-01T09:00:04.250",
                    "out_bytes": 7,
                    "out_packets": 1,
                },
            ),
            flows=({**_FLOW, "observer": "1", "back_bytes": 7, "back_packets": 1},),
        ),
    ),
)
