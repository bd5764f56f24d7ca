"""VPC flow logs of AWS: text with or without its header, in any order of fields, and the same in Parquet or CSV.

Markers: a header with `srcaddr`, `dstaddr` and `bytes`; or fourteen fields that begin with version 2 and an interface.

Traps: a record counts what one network interface saw in one window, so a flow through a gateway is logged by several
interfaces. `pkt-srcaddr` and `pkt-dstaddr` are the ends of the packets where an interface forwards. REJECT never left.
`SKIPDATA` says that records of that window were lost, `NODATA` that there were none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.flow_format import DROPPED, LOST, NO_DATA, Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record


_DEFAULT: Final = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets"),
    *("bytes", "start", "end", "action", "log-status"),
)
_STATUSES: Final = {"REJECT": DROPPED, "SKIPDATA": LOST, "NODATA": NO_DATA}


def _matches(record: Record) -> bool:
    if "_line" in record:
        return _names(record["_line"].encode()) is not None
    return "srcaddr" in record and "dstaddr" in record and "bytes" in record


def _names(line: bytes) -> tuple[str, ...] | None:
    """Columns that a line names, or the default ones where it is a record of the default format."""
    words = line.decode("utf-8", "replace").split()
    if "srcaddr" in words and "dstaddr" in words and "bytes" in words:
        return tuple(words)
    if len(words) == len(_DEFAULT) and words[0] == "2" and "-" in words[2]:
        return _DEFAULT
    is_exported = len(words) == len(_DEFAULT) + 1 and words[1] == "2" and "-" in words[3]
    return ("exported-at", *_DEFAULT) if is_exported else None


def _finish(table: pa.Table) -> pa.Table:
    """One status out of what was done with the packets and what became of the log."""
    known, meant = (pa.array(list(part), pa.string()) for part in (_STATUSES.keys(), _STATUSES.values()))
    found = [pc.take(meant, pc.index_in(table.column(name), value_set=known)) for name in ("log_status", "action")]
    return table.drop_columns(["log_status", "action"]).append_column("status", pc.coalesce(*found))


def _both(name: str, kind: Kind) -> tuple[Field, ...]:
    """Parquet writes the names with underscores."""
    return (Field(name, kind), Field(name.replace("-", "_"), kind)) if "-" in name else (Field(name, kind),)


_FLOW: Final = {
    "source_address": "10.0.3.7",
    "target_address": "192.0.2.9",
    "source_port": 51036,
    "target_port": 443,
    "protocol": "6",
    "start_at": 1772355600000000000,
    "end_at": 1772355660000000000,
    "sent_bytes": 1131,
    "sent_packets": 13,
    "observer": "eni-1",
}
_LINE: Final = "2 123456789010 eni-1 10.0.3.7 192.0.2.9 51036 443 6 13 1131 1772355600 1772355660"

FORMAT: Final = FlowFormat(
    name="aws_vpc",
    title="AWS VPC flow logs",
    matches=_matches,
    text_names=_names,
    fields={
        "source_address": (*_both("pkt-srcaddr", Kind.TEXT), Field("srcaddr", Kind.TEXT)),
        "target_address": (*_both("pkt-dstaddr", Kind.TEXT), Field("dstaddr", Kind.TEXT)),
        "source_port": (Field("srcport", Kind.COUNT),),
        "target_port": (Field("dstport", Kind.COUNT),),
        "protocol": (Field("protocol", Kind.COUNT),),
        "start_at": (Field("start", Kind.SECONDS),),
        "end_at": (Field("end", Kind.SECONDS),),
        "sent_bytes": (Field("bytes", Kind.COUNT),),
        "sent_packets": (Field("packets", Kind.COUNT),),
        "observer": _both("interface-id", Kind.TEXT),
        "log_status": _both("log-status", Kind.TEXT),
        "action": (Field("action", Kind.TEXT),),
    },
    finish=_finish,
    cases=(
        FlowCase(name="the default format", records=(f"{_LINE} ACCEPT OK",), flows=(_FLOW,)),
        FlowCase(
            name="as CloudWatch exports it", records=(f"2026-03-01T09:01:00.000Z {_LINE} ACCEPT OK",), flows=(_FLOW,)
        ),
        FlowCase(
            name="refused, lost and empty",
            records=(
                f"{_LINE} REJECT OK",
                "2 123456789010 eni-1 - - - - - - - 1772355600 1772355660 - SKIPDATA",
                "2 123456789010 eni-1 - - - - - - - 1772355600 1772355660 - NODATA",
            ),
            flows=(
                {**_FLOW, "status": DROPPED},
                *(
                    {"start_at": _FLOW["start_at"], "end_at": _FLOW["end_at"], "observer": "eni-1", "status": status}
                    for status in (LOST, NO_DATA)
                ),
            ),
        ),
        FlowCase(
            name="fields of one's own, ends of the packets",
            records=(
                "bytes packets start end srcaddr dstaddr pkt-srcaddr pkt-dstaddr interface-id log-status",
                "1131 13 1772355600 1772355660 10.0.9.1 192.0.2.9 10.0.3.7 192.0.2.9 eni-7 OK",
            ),
            flows=(
                {
                    **{name: _FLOW[name] for name in _FLOW if "port" not in name and name != "protocol"},
                    "observer": "eni-7",
                },
            ),
        ),
    ),
)
