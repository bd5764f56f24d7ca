"""Google Cloud's VPC flow logs: entries of Cloud Logging, or rows that BigQuery exported.

Markers: `jsonPayload` with a `connection` and `bytes_sent`.

Traps: both ends may report a flow (`reporter`), each as an observer of its own. Counts are text in Cloud Logging and
numbers in BigQuery. They are estimates: the platform looks at some packets and multiplies, without saying how thinly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


def _matches(record: Record) -> bool:
    payload = record.get("jsonPayload", {})
    return "connection" in payload and "bytes_sent" in payload


_PAYLOAD: Final = {
    "bytes_sent": "1131",
    "packets_sent": "13",
    "connection": {"src_ip": "10.0.3.7", "src_port": 51036, "dest_ip": "192.0.2.9", "dest_port": 443, "protocol": 6},
    "start_time": "2026-03-01T09:00:00.250123456Z",
    "end_time": "2026-03-01T09:00:04.250Z",
    "reporter": "SRC",
}
_FLOW: Final = {
    "source_address": "10.0.3.7",
    "target_address": "192.0.2.9",
    "source_port": 51036,
    "target_port": 443,
    "protocol": "6",
    "start_at": 1772355600250123456,
    "end_at": 1772355604250000000,
    "sent_bytes": 1131,
    "sent_packets": 13,
    "observer": "SRC",
}

FORMAT: Final = FlowFormat(
    name="gcp_vpc",
    title="Google Cloud VPC flow logs",
    matches=_matches,
    note="Google Cloud's counts are estimates out of sampled packets, with an error that the log does not tell",
    fields={
        "source_address": (Field("jsonPayload/connection/src_ip", Kind.TEXT),),
        "target_address": (Field("jsonPayload/connection/dest_ip", Kind.TEXT),),
        "source_port": (Field("jsonPayload/connection/src_port", Kind.DECIMAL),),
        "target_port": (Field("jsonPayload/connection/dest_port", Kind.DECIMAL),),
        "protocol": (Field("jsonPayload/connection/protocol", Kind.DECIMAL),),
        "start_at": (Field("jsonPayload/start_time", Kind.ISO),),
        "end_at": (Field("jsonPayload/end_time", Kind.ISO),),
        "sent_bytes": (Field("jsonPayload/bytes_sent", Kind.COUNT_TEXT),),
        "sent_packets": (Field("jsonPayload/packets_sent", Kind.COUNT_TEXT),),
        "observer": (Field("jsonPayload/reporter", Kind.TEXT),),
    },
    cases=(
        FlowCase(
            name="an entry of Cloud Logging",
            records=({"insertId": "1", "logName": "projects/p/logs/vpc_flows", "jsonPayload": _PAYLOAD},),
            flows=(_FLOW,),
        ),
        FlowCase(
            name="counts as numbers",
            records=({"jsonPayload": {**_PAYLOAD, "bytes_sent": 1131.0, "packets_sent": 13}},),
            flows=(_FLOW,),
        ),
    ),
)
