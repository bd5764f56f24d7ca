"""Zeek's conn.log, as tab-separated text with its `#fields` line, or as JSON.

Markers: `id.orig_h` and `id.resp_h` beside `conn_state`, or a `#fields` line that names the first two.

Traps: one record holds both ways and is written when the connection ends, which may be days after it began.
`orig_bytes` is payload reckoned from sequence numbers, which a single odd packet may spoil; `orig_ip_bytes` is what was
seen, with headers, and is taken where it is there. Zeek writes `-` for what it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.flow_format import Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


def _matches(record: Record) -> bool:
    if "_line" in record:
        return _names(record["_line"].encode()) is not None
    return "id.orig_h" in record and "id.resp_h" in record and ("conn_state" in record or "orig_bytes" in record)


def _names(line: bytes) -> tuple[str, ...] | None:
    """Columns that a `#fields` line names."""
    words = tuple(line.decode("utf-8", "replace").rstrip("\r\n").split("\t"))
    is_connections = words[0] == "#fields" and {"id.orig_h", "id.resp_h", "orig_bytes"} <= set(words)
    return words[1:] if is_connections else None


def _finish(table: pa.Table) -> pa.Table:
    """The end, from start and duration."""
    lasted = pc.fill_null(pc.cast(pc.multiply(table.column("lasted_s"), 1e9), pa.int64(), safe=False), 0)
    end = pc.add(table.column("start_at"), lasted)
    return table.drop_columns(["lasted_s"]).append_column("end_at", end)


_FLOW: Final = {
    "source_address": "10.0.3.7",
    "target_address": "192.0.2.9",
    "source_port": 51036,
    "target_port": 443,
    "protocol": "6",
    "start_at": 1772355600250000000,
    "end_at": 1772355604250000000,
    "sent_bytes": 1811,
    "sent_packets": 13,
    "back_bytes": 194,
    "back_packets": 2,
}
_FIELDS: Final = (
    *("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration", "orig_bytes"),
    *(
        "resp_bytes",
        "conn_state",
        "missed_bytes",
        "history",
        "orig_pkts",
        "orig_ip_bytes",
        "resp_pkts",
        "resp_ip_bytes",
    ),
)
_VALUES: Final = (
    *("1772355600.250000", "C1", "10.0.3.7", "51036", "192.0.2.9", "443", "tcp", "ssl", "4.000000", "1131"),
    *("90", "SF", "0", "ShADadFf", "13", "1811", "2", "194"),
)

FORMAT: Final = FlowFormat(
    name="zeek_conn",
    title="Zeek conn.log",
    matches=_matches,
    text_names=_names,
    delimiter="\t",
    fields={
        "source_address": (Field("id.orig_h", Kind.TEXT),),
        "target_address": (Field("id.resp_h", Kind.TEXT),),
        "source_port": (Field("id.orig_p", Kind.COUNT),),
        "target_port": (Field("id.resp_p", Kind.COUNT),),
        "protocol": (Field("proto", Kind.TEXT),),
        "start_at": (Field("ts", Kind.SECONDS),),
        "lasted_s": (Field("duration", Kind.DECIMAL),),
        "sent_bytes": (Field("orig_ip_bytes", Kind.COUNT), Field("orig_bytes", Kind.COUNT)),
        "sent_packets": (Field("orig_pkts", Kind.COUNT),),
        "back_bytes": (Field("resp_ip_bytes", Kind.COUNT), Field("resp_bytes", Kind.COUNT)),
        "back_packets": (Field("resp_pkts", Kind.COUNT),),
        "observer": (Field("_path", Kind.TEXT),),
    },
    finish=_finish,
    cases=(
        FlowCase(
            name="tab-separated",
            records=(
                "#separator \\x09",
                "#path\tconn",
                "\t".join(("#fields", *_FIELDS)),
                "#types\ttime\tstring",
                "\t".join(_VALUES),
                "#close\t2026-03-01-10-00-00",
            ),
            flows=(_FLOW,),
        ),
        FlowCase(
            name="JSON, a connection of which nothing came back",
            records=(
                {
                    "ts": 1772355600.25,
                    "uid": "C1",
                    "id.orig_h": "10.0.3.7",
                    "id.orig_p": 51036,
                    "id.resp_h": "192.0.2.9",
                    "id.resp_p": 443,
                    "proto": "tcp",
                    "conn_state": "S0",
                    "orig_pkts": 1,
                    "orig_ip_bytes": 60,
                    "resp_pkts": 0,
                    "resp_ip_bytes": 0,
                },
            ),
            flows=(
                {
                    **{name: _FLOW[name] for name in _FLOW if not name.endswith(("_bytes", "_packets", "_at"))},
                    "start_at": 1772355600250000000,
                    "end_at": 1772355600250000000,
                    "sent_bytes": 60,
                    "sent_packets": 1,
                    "back_bytes": 0,
                    "back_packets": 0,
                },
            ),
        ),
    ),
)
